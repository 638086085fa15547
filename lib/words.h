/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Takes the next word off *cursor, a writable text, and moves *cursor behind it.
 *
 * Quoting is that of systemd's kernel command line: ' and " group and vanish, wherever they
 * stand; an end that lacks its quote is as good as a quote; backslashes stay (proc_cmdline()
 * in systemd's proc-cmdline.c). The word is unquoted in place, so it lives as long as the text.
 *
 * Returns NULL at the end of the text.
 */
char *next_word(char **cursor);
