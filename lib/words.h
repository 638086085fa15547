/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Takes the next word off *cursor, a writable text, and moves *cursor past it.
 *
 * Quotes work as on systemd's kernel command line: ' and " group and are removed, anywhere in a
 * word; the end of the text closes an open quote; backslashes stay (proc_cmdline() in systemd's
 * proc-cmdline.c). The word is unquoted in place, so it is valid as long as the text.
 *
 * Returns NULL at the end of the text.
 */
char *words_next(char **cursor);
