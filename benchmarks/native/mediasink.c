/* Counts SRTP packets that arrive at many UDP sockets and how long they took, without decrypting.
 *
 * The sender notes when it sent which sequence number (sent[stream][number], CLOCK_MONOTONIC in ns).
 * A server gives streams numbers of its own, at a constant distance: the sender marks one packet of
 * each stream by its size, and from then on the distance is known for that source.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 32, SIZE = 2048, SOURCES = 64, NUMBERS = 65536, BINS = 20000, BIN_NS = 100000 };

struct source {
    uint32_t ssrc;
    int32_t stream; /* -1: not known yet */
    uint16_t distance;
};

struct sink {
    volatile int32_t stop;
    int32_t known;
    uint64_t packets;
    uint64_t late; /* of which no sending is noted */
    uint64_t bins[BINS];
    struct source sources[SOURCES];
};

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static struct source *source_of(struct sink *s, uint32_t ssrc)
{
    for (int i = 0; i < s->known; i++)
        if (s->sources[i].ssrc == ssrc)
            return &s->sources[i];
    if (s->known == SOURCES)
        return 0;
    struct source *made = &s->sources[s->known++];
    made->ssrc = ssrc;
    made->stream = -1;
    return made;
}

static void take(struct sink *s, const uint8_t *p, int size, const int32_t *marks,
                 const int32_t *marked, int streams, const uint64_t *sent, uint64_t now,
                 uint64_t *count)
{
    if (size < 12 || (p[0] & 0xc0) != 0x80 || (p[1] >= 192 && p[1] <= 223))
        return;
    uint16_t number = (uint16_t)(p[2] << 8 | p[3]);
    uint32_t ssrc = (uint32_t)p[8] << 24 | p[9] << 16 | p[10] << 8 | p[11];
    struct source *source = source_of(s, ssrc);
    s->packets++;
    ++*count;
    if (!source)
        return;
    if (source->stream < 0)
        for (int i = 0; i < streams; i++)
            if (marks[i] && size == marks[i]) {
                source->stream = i;
                source->distance = (uint16_t)(number - marked[i]);
            }
    if (source->stream < 0)
        return;
    uint64_t at = sent[source->stream * NUMBERS + (uint16_t)(number - source->distance)];
    if (!at || at > now) {
        s->late++;
        return;
    }
    uint64_t bin = (now - at) / BIN_NS;
    s->bins[bin < BINS ? bin : BINS - 1]++;
}

/* Reads until `stop`; counts[i] are the packets of fds[i]. 0, or an errno. */
int sink_run(struct sink *s, const int32_t *fds, int n, uint64_t *counts, const int32_t *marks,
             const int32_t *marked, int streams, const uint64_t *sent)
{
    static __thread uint8_t buffers[BATCH][SIZE];
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    struct epoll_event events[64];
    int ep = epoll_create1(0);
    if (ep < 0)
        return errno;
    for (int i = 0; i < n; i++) {
        struct epoll_event one = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        if (epoll_ctl(ep, EPOLL_CTL_ADD, fds[i], &one))
            return errno;
    }
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){buffers[i], SIZE};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    while (!s->stop) {
        int ready = epoll_wait(ep, events, 64, 100);
        for (int e = 0; e < ready; e++) {
            uint32_t at = events[e].data.u32;
            int got = recvmmsg(fds[at], messages, BATCH, MSG_DONTWAIT, 0);
            uint64_t now = now_ns();
            for (int m = 0; m < got; m++)
                take(s, buffers[m], (int)messages[m].msg_len, marks, marked, streams, sent, now,
                     &counts[at]);
        }
    }
    return 0;
}
