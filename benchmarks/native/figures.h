/* What is counted: delays in a histogram, deliveries, losses, and our own processor time. */
#ifndef FIGURES_H
#define FIGURES_H

#include <stdint.h>
#include <stdio.h>

/* Buckets of 1/32 of a power of two: a percentile is right to 3 %. */
enum { BUCKETS = 32 * 60 };

struct delays {
    uint64_t buckets[BUCKETS];
    uint64_t count;
    uint64_t most; /* nanoseconds */
};

struct figures {
    uint64_t began, last_ready, last_tally, last_post;
    double cpu; /* seconds of ours before `began` */
    uint64_t sent, accepted, refused, resent;
    uint64_t due, delivered, forgiven;
    uint64_t frames, event_frames, bytes;
    uint64_t gaps, duplicates, backwards;
    uint64_t lost_lines, attempts, returns, snapshots, resumes, byes;
    struct delays heard; /* saying to hearing, every delivery */
    struct delays last; /* saying to the last of all members, one per line said */
    struct delays answered; /* command to `accepted` */
    struct delays entered; /* first attempt to `snapshot` or `resumed` */
};

extern struct figures figures;

void restart_figures(void);
void note(struct delays *delays, uint64_t nanoseconds);
/* The delay (ms) that the share `quantile` of all stays below. */
double quantile(const struct delays *delays, double share);
/* Write `"name":{"p50":…}` in milliseconds. */
void print_delays(FILE *out, const char *name, const struct delays *delays);
/* Write every figure as members of a JSON object, without the braces. */
void print_figures(FILE *out);
double own_cpu(void);

#endif
