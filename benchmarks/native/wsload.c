/* A load client: plays thousands of members on one core and checks what they hear.
 *
 *     wsload KIND PORT PATH MOST VERSION TICKETS ANNOUNCE_PORT
 *
 * KIND is room, echo or socketio; TICKETS a file with a ticket per line ("-": none); ANNOUNCE_PORT
 * the UDP port of benchmarks/web.py, to which lines are said instead (0: over the WebSocket).
 * Then one command per line on stdin, each answered by one line of JSON:
 *
 *     set NAME VALUE                       a setting, see `settings` below
 *     open COUNT AT_ONCE TIMEOUT           so many more members, some at a time
 *     talk SECONDS RATE FLIGHT SENDERS DRAIN   RATE lines a second, or 0: FLIGHT lines under way
 *     vote POLL SECONDS TIMEOUT OPTION...  every member votes once, spread over SECONDS
 *     gather LOST TIMEOUT                  until LOST lines broke and everybody is back
 *     rest SECONDS · stall COUNT · acked FILE
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "figures.h"
#include "member.h"
#include "posts.h"
#include "wire.h"

enum { MAX_LINE = 512, MAX_OPTIONS = 12, FORGIVE = 1000000000 };

static int stalled;

/* Everybody who should be here is. */
static bool complete(void)
{
    return ready_count == member_count - stalled;
}

static uint64_t after(double seconds)
{
    return now_ns() + (uint64_t)(seconds * 1e9);
}

/* The time to the last of all members, for every line since `first` that reached all. */
static void note_last(uint32_t first)
{
    for (uint32_t i = first; i <= post_count; i++)
        if (posts[i].due && posts[i].arrived >= posts[i].due && !posts[i].again)
            note(&figures.last, posts[i].slowest);
}

/* ---- commands */

static bool open_members(const char *words)
{
    int count, at_once;
    double timeout;
    if (sscanf(words, "%d %d %lf", &count, &at_once, &timeout) != 3)
        return false;
    uint64_t until = after(timeout);
    int wanted = member_count + count;
    while (now_ns() < until && (member_count < wanted || !complete())) {
        while (member_count < wanted && busy_count < at_once)
            open_next();
        pump(5);
    }
    return true;
}

static void talk_paced(double rate, int senders, uint64_t until)
{
    uint64_t step = (uint64_t)(1e9 / rate), next = now_ns();
    while (now_ns() < until) {
        while (next <= now_ns() && next < until) {
            say(senders);
            next += step;
        }
        uint64_t now = now_ns();
        pump(next <= now ? 0 : next - now > 5000000 ? 5 : (int)((next - now) / 1000000));
    }
}

/* `flight` lines under way. What has not arrived after a second of silence is forgiven. */
static void talk_closed(int flight, int senders, uint64_t until)
{
    uint64_t seen = 0, seen_at = now_ns();
    while (now_ns() < until) {
        uint64_t open_now = figures.due - figures.delivered - figures.forgiven;
        if (open_now <= (uint64_t)(flight - 1) * (uint64_t)ready_count)
            say(senders);
        pump(open_now ? 5 : 1);
        if (figures.delivered != seen) {
            seen = figures.delivered;
            seen_at = now_ns();
        } else if (now_ns() - seen_at > FORGIVE) {
            figures.forgiven = figures.due - figures.delivered;
            seen_at = now_ns();
        }
    }
}

static bool answers_missing(uint32_t first)
{
    if (setting.kind != ROOM || setting.announce_port)
        return false;
    for (uint32_t i = first; i <= post_count; i++)
        if (!posts[i].answered && !posts[i].refused)
            return true;
    return false;
}

static bool talk(const char *words)
{
    double seconds, rate, drain;
    int flight, senders;
    if (sscanf(words, "%lf %lf %d %d %lf", &seconds, &rate, &flight, &senders, &drain) != 5)
        return false;
    uint32_t first = post_count + 1;
    senders = senders < member_count ? senders : member_count;
    if (rate > 0)
        talk_paced(rate, senders, after(seconds));
    else
        talk_closed(flight, senders, after(seconds));
    uint64_t until = after(drain);
    while (now_ns() < until && (figures.delivered < figures.due || answers_missing(first)))
        pump(5);
    note_last(first);
    return true;
}

static int options_of(const char *words, int *options)
{
    int count = 0;
    char *end;
    for (long option; count < MAX_OPTIONS; words = end) {
        option = strtol(words, &end, 10);
        if (end == words)
            break;
        options[count++] = (int)option;
    }
    return count;
}

static bool tally_missing(uint64_t voters)
{
    for (int i = 0; i < member_count; i++)
        if (members[i].state == READY && members[i].voters < voters)
            return true;
    return false;
}

static bool cast_votes(const char *words)
{
    double seconds, timeout;
    int used, options[MAX_OPTIONS];
    if (sscanf(words, "%d %lf %lf%n", &setting.poll, &seconds, &timeout, &used) != 3)
        return false;
    int choices = options_of(words + used, options);
    if (!choices)
        return false;
    uint32_t first = post_count + 1;
    uint64_t from = now_ns(), until = after(timeout);
    for (int i = 0; i < member_count; i++)
        members[i].voters = 0;
    for (int i = 0; i < member_count && now_ns() < until;) {
        uint64_t at = from + (uint64_t)(seconds * 1e9 * i / member_count);
        while (i < member_count && at <= now_ns() && members[i].state == READY) {
            vote(&members[i], options[i % choices]);
            at = from + (uint64_t)(seconds * 1e9 * ++i / member_count);
        }
        pump(1);
    }
    uint64_t look = 0;
    while (now_ns() < until) {
        pump(2);
        if (now_ns() < look)
            continue;
        look = now_ns() + 5000000;
        if (!answers_missing(first) && !tally_missing(post_count - first + 1))
            break;
    }
    return true;
}

static bool gather(const char *words)
{
    double timeout;
    unsigned long long lost;
    if (sscanf(words, "%llu %lf", &lost, &timeout) != 2)
        return false;
    uint64_t until = after(timeout);
    while (now_ns() < until && (figures.lost_lines < lost || !complete()))
        pump(5);
    return true;
}

static bool rest(const char *words)
{
    uint64_t until = after(atof(words));
    while (now_ns() < until)
        pump(20);
    return true;
}

static bool stall_some(const char *words)
{
    for (int count = atoi(words); count > 0 && stalled < member_count; count--)
        stall(&members[member_count - ++stalled]);
    return true;
}

static bool write_acked(const char *words)
{
    char name[MAX_LINE], id[37];
    if (sscanf(words, "%511s", name) != 1)
        return false;
    FILE *out = fopen(name, "w");
    if (!out)
        return false;
    for (uint32_t i = 1; i <= post_count; i++)
        if (posts[i].answered) {
            write_id(id, i);
            fprintf(out, "%s\n", id);
        }
    return fclose(out) == 0;
}

static bool set(const char *words)
{
    char name[32];
    double value;
    if (sscanf(words, "%31s %lf", name, &value) != 2)
        return false;
    if (!strcmp(name, "come_back"))
        setting.come_back = value > 0;
    else if (!strcmp(name, "least_ms"))
        setting.least_ms = value;
    else if (!strcmp(name, "most_ms"))
        setting.most_ms = value;
    else if (!strcmp(name, "text"))
        setting.text_size = value < MAX_TEXT / 2 - 1 ? (int)value : MAX_TEXT / 2 - 1;
    else if (!strcmp(name, "receive_buffer"))
        setting.receive_buffer = (int)value;
    else if (!strcmp(name, "cuts"))
        cut_every = value > 0 ? (uint64_t)(1e9 / value) : 0;
    else if (!strcmp(name, "pause"))
        cut_pause = (uint64_t)(value * 1e9);
    else
        return false;
    return true;
}

static const struct {
    const char *name;
    bool (*run)(const char *words);
} commands[] = {
    {"set", set},       {"open", open_members}, {"talk", talk},       {"vote", cast_votes},
    {"gather", gather}, {"rest", rest},         {"stall", stall_some}, {"acked", write_acked},
};

/* ---- from stdin to stdout */

static void report(bool understood)
{
    uint64_t lowest = UINT64_MAX, highest = 0;
    for (int i = 0; i < member_count; i++) {
        if (members[i].state != READY)
            continue;
        lowest = members[i].seq < lowest ? members[i].seq : lowest;
        highest = members[i].seq > highest ? members[i].seq : highest;
    }
    printf("{\"ok\":%s,\"members\":%d,\"ready\":%d,\"lowest_seq\":%llu,\"highest_seq\":%llu,",
           understood ? "true" : "false", member_count, ready_count,
           (unsigned long long)(ready_count ? lowest : 0), (unsigned long long)highest);
    print_figures(stdout);
    puts("}");
    fflush(stdout);
}

static void obey(const char *line)
{
    char name[16] = "";
    int used = 0;
    bool done = false;
    sscanf(line, "%15s%n", name, &used);
    restart_figures();
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (!strcmp(name, commands[i].name))
            done = commands[i].run(line + used);
    report(done);
}

static void read_tickets(const char *name, int most)
{
    FILE *in = fopen(name, "r");
    char line[2048];
    setting.tickets = calloc((size_t)most, sizeof *setting.tickets);
    for (int i = 0; in && i < most && fgets(line, sizeof line, in); i++) {
        line[strcspn(line, "\n")] = 0;
        setting.tickets[i] = strdup(line);
    }
    if (!in || !setting.tickets[most - 1]) {
        fprintf(stderr, "wsload: %s does not hold %d tickets\n", name, most);
        exit(1);
    }
    fclose(in);
}

static void allow_descriptors(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static bool line_waits(void)
{
    struct pollfd in = {.fd = 0, .events = POLLIN};
    return poll(&in, 1, 0) > 0;
}

int main(int argc, char **argv)
{
    char line[MAX_LINE];
    if (argc != 8)
        return 2;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    allow_descriptors();
    setting.kind = !strcmp(argv[1], "room") ? ROOM : !strcmp(argv[1], "echo") ? ECHO : SOCKETIO;
    setting.port = atoi(argv[2]);
    setting.path = argv[3];
    setting.version = atoi(argv[5]);
    setting.announce_port = atoi(argv[7]);
    int most = atoi(argv[4]);
    if (setting.kind == ROOM)
        read_tickets(argv[6], most);
    prepare_members(most);
    setvbuf(stdin, NULL, _IONBF, 0);
    for (;;) {
        if (!line_waits()) {
            pump(20);
            continue;
        }
        if (!fgets(line, sizeof line, stdin))
            return 0;
        obey(line);
    }
}
