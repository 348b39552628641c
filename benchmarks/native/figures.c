#include "figures.h"

#include <string.h>
#include <sys/resource.h>

#include "wire.h"

struct figures figures;

/* Values below 64 µs have a bucket each; above, 32 buckets per doubling. */
static int bucket_of(uint64_t microseconds)
{
    int shift = microseconds < 64 ? 0 : 63 - __builtin_clzll(microseconds) - 5;
    int bucket = shift * 32 + (int)(microseconds >> shift);
    return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

static double middle_of(int bucket)
{
    if (bucket < 64)
        return bucket + 0.5;
    int shift = bucket / 32 - 1;
    return ((double)(bucket % 32 + 32) + 0.5) * (double)(1ull << shift);
}

void restart_figures(void)
{
    memset(&figures, 0, sizeof figures);
    figures.began = now_ns();
    figures.cpu = own_cpu();
}

void note(struct delays *delays, uint64_t nanoseconds)
{
    delays->buckets[bucket_of(nanoseconds / 1000)]++;
    delays->count++;
    if (nanoseconds > delays->most)
        delays->most = nanoseconds;
}

double quantile(const struct delays *delays, double share)
{
    uint64_t wanted = (uint64_t)((double)delays->count * share), seen = 0;
    for (int i = 0; i < BUCKETS; i++)
        if ((seen += delays->buckets[i]) > wanted)
            return middle_of(i) / 1000;
    return (double)delays->most / 1e6;
}

void print_delays(FILE *out, const char *name, const struct delays *delays)
{
    fprintf(out, "\"%s\":{\"count\":%llu,\"p50\":%.3f,\"p95\":%.3f,\"p99\":%.3f,\"max\":%.3f}", name,
            (unsigned long long)delays->count, quantile(delays, 0.5), quantile(delays, 0.95),
            quantile(delays, 0.99), (double)delays->most / 1e6);
}

static void print_count(FILE *out, const char *name, uint64_t count)
{
    fprintf(out, "\"%s\":%llu,", name, (unsigned long long)count);
}

void print_figures(FILE *out)
{
    const struct figures *f = &figures;
    uint64_t lost = f->due > f->delivered ? f->due - f->delivered : 0;
    print_count(out, "began", f->began);
    print_count(out, "last_ready", f->last_ready);
    print_count(out, "last_tally", f->last_tally);
    print_count(out, "last_post", f->last_post);
    print_count(out, "sent", f->sent);
    print_count(out, "accepted", f->accepted);
    print_count(out, "refused", f->refused);
    print_count(out, "resent", f->resent);
    print_count(out, "due", f->due);
    print_count(out, "delivered", f->delivered);
    print_count(out, "lost", lost);
    print_count(out, "frames", f->frames);
    print_count(out, "event_frames", f->event_frames);
    print_count(out, "bytes", f->bytes);
    print_count(out, "gaps", f->gaps);
    print_count(out, "duplicates", f->duplicates);
    print_count(out, "backwards", f->backwards);
    print_count(out, "lost_lines", f->lost_lines);
    print_count(out, "attempts", f->attempts);
    print_count(out, "returns", f->returns);
    print_count(out, "snapshots", f->snapshots);
    print_count(out, "resumes", f->resumes);
    print_count(out, "byes", f->byes);
    fprintf(out, "\"seconds\":%.4f,\"cpu\":%.4f,", (double)(now_ns() - f->began) / 1e9,
            own_cpu() - f->cpu);
    print_delays(out, "heard", &f->heard);
    fputc(',', out);
    print_delays(out, "last", &f->last);
    fputc(',', out);
    print_delays(out, "answered", &f->answered);
    fputc(',', out);
    print_delays(out, "entered", &f->entered);
}

double own_cpu(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}
