#define _GNU_SOURCE
#include "events.h"

#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "posts.h"

/* A quotation mark inside a text is escaped, so this begins an event and nothing else. */
#define TYPE "{\"type\":\""
enum { TYPE_SIZE = sizeof TYPE - 1, MS = 1000000 };

static const char *find(const char *text, const char *end, const char *what)
{
    size_t size = strlen(what);
    const char *found = memmem(text, (size_t)(end - text), what, size);
    return found ? found + size : NULL;
}

static bool begins(const char *text, const char *end, const char *with)
{
    size_t size = strlen(with);
    return (size_t)(end - text) >= size && !memcmp(text, with, size);
}

/* The number behind `key`, 0 when it is not there. */
static uint64_t number_at(const char *text, const char *end, const char *key)
{
    const char *digits = find(text, end, key);
    return digits ? strtoull(digits, NULL, 10) : 0;
}

bool hear_mark(const char *text, const char *end, uint64_t at)
{
    uint64_t number = number_at(text, end, "\"@");
    if (!number || number > post_count)
        return false;
    struct post *post = &posts[number];
    uint64_t delay = at > post->sent ? at - post->sent : 0;
    post->arrived++;
    if (delay > post->slowest)
        post->slowest = delay;
    figures.delivered++;
    if (!post->again)
        note(&figures.heard, delay);
    return true;
}

/* Durable events carry consecutive numbers. */
static void hear_durable(struct member *one, uint64_t seq)
{
    if (seq <= one->seq) {
        figures.duplicates++;
        return;
    }
    if (one->seq)
        figures.gaps += seq - one->seq - 1;
    one->seq = seq;
}

/* Commands carry their number in the last twelve digits of their id. */
static uint32_t number_of_answer(const char *text, const char *end)
{
    const char *id = find(text, end, "\"id\":\"");
    if (!id || end - id < 36)
        return 0;
    uint64_t number = strtoull(id + 24, NULL, 16);
    return number <= post_count ? (uint32_t)number : 0;
}

static void hear_accepted(struct member *one, const char *text, const char *end, uint64_t at)
{
    uint32_t number = number_of_answer(text, end);
    if (one->pending == number)
        one->pending = 0;
    if (!number || posts[number].answered)
        return;
    posts[number].answered = true;
    figures.accepted++;
    note(&figures.answered, at - posts[number].sent);
}

/* What may be tried again is tried again, with the same id; the rest is given up. */
static void hear_refused(struct member *one, const char *text, const char *end, uint64_t at)
{
    uint32_t number = number_of_answer(text, end);
    uint64_t retry_ms = number_at(text, end, "\"retry_ms\":");
    figures.refused++;
    if (!number || one->pending != number)
        return;
    if (retry_ms) {
        timers += !one->resend_at;
        one->resend_at = at + retry_ms * MS;
        return;
    }
    one->pending = 0;
    posts[number].refused = true;
    figures.due -= posts[number].due;
}

static void hear_snapshot(struct member *one, const char *text, const char *end)
{
    const char *epoch = find(text, end, "\"epoch\":\"");
    uint64_t seq = number_at(text, end, "\"seq\":");
    size_t size = epoch ? (size_t)((const char *)memchr(epoch, '"', (size_t)(end - epoch)) - epoch) : 0;
    if (size < sizeof one->epoch) {
        memcpy(one->epoch, epoch, size);
        one->epoch[size] = 0;
    }
    figures.backwards += seq < one->seq;
    figures.snapshots++;
    one->seq = seq;
}

static void hear_tally(struct member *one, const char *text, const char *end, uint64_t at)
{
    uint64_t voters = number_at(text, end, "\"voters\":");
    if ((int)number_at(text, end, "\"poll\":") == setting.poll && voters > one->voters) {
        one->voters = voters;
        figures.last_tally = at;
    }
}

static bool hear_event(struct member *one, const char *text, const char *end, uint64_t at)
{
    const char *type = text + TYPE_SIZE;
    const char *rest = memchr(type, '"', (size_t)(end - type));
    if (!rest)
        return false;
    if (begins(rest, end, "\",\"seq\":")) {
        hear_durable(one, strtoull(rest + 8, NULL, 10));
        hear_mark(rest, end, at);
        return false;
    }
    if (begins(type, end, "accepted\""))
        hear_accepted(one, rest, end, at);
    else if (begins(type, end, "refused\""))
        hear_refused(one, rest, end, at);
    else if (begins(type, end, "poll.tally\""))
        hear_tally(one, rest, end, at);
    else if (begins(type, end, "snapshot\""))
        return hear_snapshot(one, rest, end), true;
    else if (begins(type, end, "resumed\""))
        return figures.resumes++, true;
    else if (begins(type, end, "bye\"")) {
        figures.byes++;
        one->bye_ms = (uint32_t)number_at(rest, end, "\"retry_ms\":") + 1;
    }
    return false;
}

bool hear_room(struct member *one, const char *text, const char *end, uint64_t at)
{
    uint64_t before = figures.delivered;
    bool welcome = false;
    const char *event = memmem(text, (size_t)(end - text), TYPE, TYPE_SIZE);
    while (event) {
        const char *from = event + TYPE_SIZE;
        const char *next = memmem(from, (size_t)(end - from), TYPE, TYPE_SIZE);
        welcome |= hear_event(one, event, next ? next : end, at);
        event = next;
    }
    figures.event_frames += figures.delivered > before;
    return welcome;
}
