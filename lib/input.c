/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "cleanup.h"
#include "cmdline.h"
#include "log.h"
#include "read-text.h"
#include "text.h"

const char *input_root(void)
{
	return getenv("FSTAG_ROOT") ?: "";
}

bool input_is_initrd(void)
{
	const char *value = getenv("SYSTEMD_IN_INITRD");
	char path[PATH_MAX];
	int r = value ? cmdline_parse_boolean(value) : -EINVAL;

	if (r >= 0)
		return r;

	(void)snprintf(path, sizeof path, "%s/etc/initrd-release", input_root());
	return access(path, F_OK) == 0;
}

/* Takes ownership of text; name is that of its file in /etc/cmdline.d, or NULL. */
static int parse_text(struct input *input, struct cmdline *cmdline, char *text, const char *name)
{
	struct input_text *larger = reallocarray(input->texts, input->n_texts + 1, sizeof *larger),
			  *added;

	if (!larger) {
		free(text);
		return -ENOMEM;
	}

	input->texts = larger;
	added = &input->texts[input->n_texts++];
	*added = (struct input_text){ .text = text };
	if (name) {
		added->length = strlen(text);
		if (asprintf(&added->file, "/etc/cmdline.d/%s", name) < 0) {
			added->file = NULL;
			return -ENOMEM;
		}
	}

	return cmdline_parse(cmdline, text, added->file);
}

static int is_conf(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > strlen(".conf") && entry->d_name[0] != '.' &&
	       streq(entry->d_name + length - strlen(".conf"), ".conf");
}

/* An image has the directory only if its builder stored parameters (dracut does). */
static int read_cmdline_directory(struct input *input, struct cmdline *cmdline)
{
	struct dirent **entries = NULL;
	char path[PATH_MAX];
	int n, r = 0;

	(void)snprintf(path, sizeof path, "%s/etc/cmdline.d", input_root());
	_cleanup_close_ int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return 0;

	n = scandirat(dir, ".", &entries, is_conf, alphasort);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		char *text;
		int k = r < 0 ? r : read_text(dir, name, &text);

		if (r == 0 && k < 0)
			log_warning("Failed to read '/etc/cmdline.d/%s', ignoring: %s", name,
				    strerror(-k));
		else if (r == 0)
			r = parse_text(input, cmdline, text, name);
		free(entries[i]);
	}

	free(entries);
	return r;
}

int input_read_kernel_cmdline(int proc, char **ret_text)
{
	const char *value = getenv("SYSTEMD_PROC_CMDLINE");
	char path[PATH_MAX];

	if (value) {
		*ret_text = strdup(value);
		return *ret_text ? 0 : -ENOMEM;
	}

	if (proc >= 0)
		return read_text(proc, "cmdline", ret_text);

	(void)snprintf(path, sizeof path, "%s/proc/cmdline", input_root());
	return read_text(AT_FDCWD, path, ret_text);
}

int input_read_cmdline(struct input *input, int proc, struct cmdline *cmdline)
{
	char *text;
	int r;

	/* A command line that is given for a test must not be mixed with that of this machine. */
	if (!getenv("SYSTEMD_PROC_CMDLINE") || getenv("FSTAG_ROOT")) {
		r = read_cmdline_directory(input, cmdline);
		if (r < 0)
			return r;
	}

	r = input_read_kernel_cmdline(proc, &text);
	if (r < 0)
		return r;

	return parse_text(input, cmdline, text, NULL);
}

static const char *find_file(const struct input *input, const char *value)
{
	uintptr_t at = (uintptr_t)value;

	for (unsigned i = 0; i < input->n_texts; i++) {
		const struct input_text *text = &input->texts[i];

		if (text->file && at >= (uintptr_t)text->text &&
		    at <= (uintptr_t)text->text + text->length)
			return text->file;
	}

	return NULL;
}

struct parameter input_find_parameter(const struct input *input, const char *name,
				      const char *value)
{
	return (struct parameter){ .name = name, .file = find_file(input, value) };
}

void input_done(struct input *input)
{
	for (unsigned i = 0; i < input->n_texts; i++) {
		free(input->texts[i].text);
		free(input->texts[i].file);
	}
	free(input->texts);
}
