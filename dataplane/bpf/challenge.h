/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Whether the source of a SYN is there: the SYN is answered with an ACK of a
 * number of ours, as by a host that takes it for one of an old connection. Who
 * sent the SYN answers with a reset of that number (RFC 9293, 3.5.1, 3.10.7.3)
 * and sends the SYN again; nothing is kept until then. SynChallenge in C# is
 * the same.
 */
#ifndef CHALLENGE_H
#define CHALLENGE_H

#include "frame6.h"
#include "ip_checksum.h"
#include "maps.h"
#include "rate.h"

/* A number holds for one to two of these: 2^33 ns, 8.6 s. */
#define COOKIE_WINDOW_SHIFT 33
/* Says on which side of the SYN's own number the other 31 are. */
#define COOKIE_SPARE_BIT 0x80000000u
#define CHALLENGE_HOPS 64
#define TCP_DATA_OFFSET 0x50

struct sip {
	__u64 v0, v1, v2, v3;
};

static __always_inline __u64 rotate(__u64 value, int bits)
{
	return value << bits | value >> (64 - bits);
}

static __always_inline void sip_round(struct sip *sip)
{
	sip->v0 += sip->v1;
	sip->v1 = rotate(sip->v1, 13) ^ sip->v0;
	sip->v0 = rotate(sip->v0, 32);
	sip->v2 += sip->v3;
	sip->v3 = rotate(sip->v3, 16) ^ sip->v2;
	sip->v0 += sip->v3;
	sip->v3 = rotate(sip->v3, 21) ^ sip->v0;
	sip->v2 += sip->v1;
	sip->v1 = rotate(sip->v1, 17) ^ sip->v2;
	sip->v2 = rotate(sip->v2, 32);
}

static __always_inline void sip_take(struct sip *sip, __u64 word)
{
	sip->v3 ^= word;
	sip_round(sip);
	sip_round(sip);
	sip->v0 ^= word;
}

static __always_inline __u64 join(__u32 first, __u32 last)
{
	return (__u64)last << 32 | first;
}

/* SipHash-2-4 (Aumasson, Bernstein 2012) of addresses, ports and time; the low half is the number. */
static __noinline __u64 cookie_of(const struct flow_key6 *key, __u32 window)
{
	struct sip sip = {
		.v0 = config.cookie_key_first ^ 0x736f6d6570736575ull,
		.v1 = config.cookie_key_last ^ 0x646f72616e646f6dull,
		.v2 = config.cookie_key_first ^ 0x6c7967656e657261ull,
		.v3 = config.cookie_key_last ^ 0x7465646279746573ull,
	};

	sip_take(&sip, join(key->source.words[0], key->source.words[1]));
	sip_take(&sip, join(key->source.words[2], key->source.words[3]));
	sip_take(&sip, join(key->destination.words[0], key->destination.words[1]));
	sip_take(&sip, join(key->destination.words[2], key->destination.words[3]));
	sip_take(&sip, join(key->source_port | (__u32)key->destination_port << 16, window));
	/* Of 40 bytes. */
	sip_take(&sip, 40ull << 56);
	sip.v2 ^= 0xff;
	sip_round(&sip);
	sip_round(&sip);
	sip_round(&sip);
	sip_round(&sip);
	return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}

static __always_inline bool answers_challenge(const struct flow_key6 *key, __u32 sequence, __u64 now_ns)
{
	__u32 window = now_ns >> COOKIE_WINDOW_SHIFT;

	return (((__u32)cookie_of(key, window) ^ sequence) & ~COOKIE_SPARE_BIT) == 0
		|| (((__u32)cookie_of(key, window - 1) ^ sequence) & ~COOKIE_SPARE_BIT) == 0;
}

static __always_inline bool is_known(const struct address *source, __u64 now_ns)
{
	const __u64 *until_ns = bpf_map_lookup_elem(&known_sources, source);

	return until_ns && *until_ns > now_ns;
}

static __always_inline void know(const struct address *source, __u64 now_ns)
{
	__u64 until_ns = now_ns + config.known_source_ns;

	bpf_map_update_elem(&known_sources, source, &until_ns, BPF_ANY);
}

/* Whether a pipeline's place for half-open flows runs short. */
static __always_inline bool crowded(void)
{
	for (__u32 i = 0; i < MAX_PIPELINES && i < config.pipelines; i++) {
		if (*(volatile __u64 *)&heartbeats[i].crowded)
			return true;
	}
	return false;
}

/* Within the node's rate of challenges, which is one for all it answers. */
static __always_inline bool within_challenge_rate(__u64 now_ns)
{
	__u32 zero = 0;
	__u64 *time_ns = bpf_map_lookup_elem(&challenge_time, &zero);

	if (!has_room(time_ns, config.challenge_cost_ns, 1, now_ns))
		return false;
	take(time_ns, config.challenge_cost_ns, now_ns);
	return true;
}

/* A source that no host can have is not answered. */
static __always_inline bool may_be_host(const struct address *source)
{
	__u8 first = is_mapped(source) ? source->words[3] & 0xff : source->words[0] & 0xff;

	if (is_mapped(source))
		return first != 0 && first != 127 && first < 224;
	return first != 0 && first != IPV6_MULTICAST && (source->words[0] & bpf_htonl(0xffc00000)) != bpf_htonl(0xfe800000);
}

static __always_inline bool whole_tcp(const struct tcphdr *tcp, __u32 segment_bytes)
{
	__u32 header_bytes = (((const __u8 *)tcp)[TCP_DATA_OFFSET_BYTE] >> 4) * 4;

	return header_bytes >= sizeof(*tcp) && header_bytes <= segment_bytes;
}

/* The key of a whole packet without options or extension headers; NULL of any other. */
static __always_inline struct tcphdr *find_segment4(
	struct xdp_md *ctx, struct iphdr *ip, struct flow_key6 *key)
{
	struct tcphdr *tcp = (void *)(ip + 1);
	__u32 segment_bytes;

	if ((void *)(tcp + 1) > (void *)(long)ctx->data_end || !plain_ip(ip) || !ip_checksum_right(ip) || ip->ttl <= 1)
		return NULL;
	segment_bytes = bpf_ntohs(ip->tot_len) - sizeof(*ip);
	if (bpf_ntohs(ip->tot_len) < sizeof(*ip) + sizeof(*tcp) || !whole_tcp(tcp, segment_bytes)
		|| bpf_ntohs(ip->tot_len) > ctx->data_end - ctx->data - sizeof(struct ethhdr))
		return NULL;
	map_address(&key->source, ip->saddr);
	map_address(&key->destination, ip->daddr);
	key->source_port = tcp->source;
	key->destination_port = tcp->dest;
	key->protocol = IPPROTO_TCP;
	return may_be_host(&key->source) ? tcp : NULL;
}

static __always_inline struct tcphdr *find_segment6(
	struct xdp_md *ctx, struct ipv6hdr *ip, struct flow_key6 *key)
{
	struct tcphdr *tcp = (void *)(ip + 1);
	__u32 segment_bytes;

	if ((void *)(tcp + 1) > (void *)(long)ctx->data_end || ip->nexthdr != IPPROTO_TCP || ip->hop_limit <= 1
		|| *(const __u8 *)ip >> 4 != IPV6_VERSION)
		return NULL;
	segment_bytes = bpf_ntohs(ip->payload_len);
	if (segment_bytes < sizeof(*tcp) || !whole_tcp(tcp, segment_bytes)
		|| segment_bytes + sizeof(*ip) + sizeof(struct ethhdr) > ctx->data_end - ctx->data)
		return NULL;
	__builtin_memcpy(&key->source, &ip->saddr, sizeof(key->source));
	__builtin_memcpy(&key->destination, &ip->daddr, sizeof(key->destination));
	key->source_port = tcp->source;
	key->destination_port = tcp->dest;
	key->protocol = IPPROTO_TCP;
	return !is_mapped(&key->source) && may_be_host(&key->source) ? tcp : NULL;
}

/*
 * The number for a SYN, never after its own: what it carries is not acknowledged, and a firewall that follows
 * connections takes the answer for a late one, which it lets pass, and not for a forged one.
 */
static __always_inline __u64 cookie_for(const struct flow_key6 *key, const struct tcphdr *syn, __u64 now_ns)
{
	__u64 cookie = cookie_of(key, now_ns >> COOKIE_WINDOW_SHIFT);

	return (__s32)((__u32)cookie - bpf_ntohl(syn->seq)) > 0 ? cookie ^ COOKIE_SPARE_BIT : cookie;
}

static __always_inline __u32 halves(const struct address *address)
{
	__u32 sum = 0;

#pragma unroll
	for (int i = 0; i < 4; i++)
		sum += (address->words[i] & 0xffff) + (address->words[i] >> 16);
	return sum;
}

/* The low half of the cookie is acknowledged, the high half is the sequence number; the window is shut. */
static __always_inline void write_challenge(struct tcphdr *tcp, const struct flow_key6 *key, __u64 cookie)
{
	__u32 sum = halves(&key->source) + halves(&key->destination) + bpf_htons(IPPROTO_TCP) + bpf_htons(sizeof(*tcp));
	const __u16 *words = (const __u16 *)tcp;
	__u8 *octets = (__u8 *)tcp;

	tcp->source = key->destination_port;
	tcp->dest = key->source_port;
	tcp->seq = bpf_htonl(cookie >> 32);
	tcp->ack_seq = bpf_htonl((__u32)cookie);
	octets[TCP_DATA_OFFSET_BYTE] = TCP_DATA_OFFSET;
	octets[TCP_FLAGS_BYTE] = TCP_ACK;
	tcp->window = 0;
	tcp->check = 0;
	tcp->urg_ptr = 0;
#pragma unroll
	for (int i = 0; i < (int)sizeof(*tcp) / 2; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	tcp->check = ~sum;
}

static __always_inline void turn_round(struct ethhdr *eth)
{
	__u8 mac[ETH_ALEN];

	__builtin_memcpy(mac, eth->h_dest, ETH_ALEN);
	__builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, mac, ETH_ALEN);
}

/* A SYN that also ends a connection is the pipeline's to refuse. */
static __always_inline bool is_sane_syn(const struct tcphdr *tcp)
{
	return (((const __u8 *)tcp)[TCP_FLAGS_BYTE] & (TCP_FIN | TCP_RST)) == 0;
}

/* What happens to a SYN that cannot be asked about: nothing when it is within its rates. */
static __always_inline int unasked(const enum packet_counter *counter)
{
	return *counter == COUNTER_PUNTED ? CONTINUE : XDP_DROP;
}

/* A source of ours is not asked: we would answer ourselves. */
static __always_inline bool own_source4(__be32 source)
{
	struct own_prefix_key key = { .prefix_bits = 32, .address = source };

	return bpf_map_lookup_elem(&own_prefixes, &key) != NULL;
}

static __always_inline bool own_source6(const struct address *source)
{
	struct own_prefix_key6 key = { .prefix_bits = 128, .address = *source };

	return bpf_map_lookup_elem(&own_prefixes6, &key) != NULL;
}

static __always_inline bool in_cache4(const struct flow_key6 *key)
{
	struct flow_key4 key4 = {
		.source = key->source.words[3], .destination = key->destination.words[3], .source_port = key->source_port,
		.destination_port = key->destination_port, .protocol = key->protocol,
	};

	return bpf_map_lookup_elem(&flows, &key4) || bpf_map_lookup_elem(&flows6, key);
}

static __always_inline int sent(struct xdp_md *ctx, __u32 frame_bytes, enum packet_counter *counter)
{
	*counter = COUNTER_CHALLENGED;
	return bpf_xdp_adjust_tail(ctx, (int)frame_bytes - (int)(ctx->data_end - ctx->data)) ? XDP_ABORTED : XDP_TX;
}

static __always_inline bool within_rate_or_counted(__u64 now_ns, enum packet_counter *counter)
{
	if (within_challenge_rate(now_ns))
		return true;
	if (*counter != COUNTER_PUNTED)
		*counter = COUNTER_DROP_CHALLENGE_RATE;
	return false;
}

/* Turns a SYN into the challenge of its source; what is not plain, or of a flow in the cache, is not answered. */
static __noinline int challenge4(struct xdp_md *ctx, __u64 now_ns, enum packet_counter *counter)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct flow_key6 key = {};
	struct tcphdr *tcp;

	if ((void *)(ip + 1) > (void *)(long)ctx->data_end)
		return unasked(counter);
	tcp = find_segment4(ctx, ip, &key);
	if (!tcp || !is_sane_syn(tcp) || own_source4(key.source.words[3]) || in_cache4(&key)
		|| !within_rate_or_counted(now_ns, counter))
		return unasked(counter);
	write_challenge(tcp, &key, cookie_for(&key, tcp, now_ns));
	turn_round(eth);
	ip->tos = 0;
	ip->tot_len = bpf_htons(sizeof(*ip) + sizeof(*tcp));
	ip->id = 0;
	ip->frag_off = bpf_htons(IPV4_DONT_FRAGMENT);
	ip->ttl = CHALLENGE_HOPS;
	ip->saddr = key.destination.words[3];
	ip->daddr = key.source.words[3];
	ip->check = 0;
	ip->check = ip_checksum(ip);
	return sent(ctx, sizeof(*eth) + sizeof(*ip) + sizeof(*tcp), counter);
}

static __noinline int challenge6(struct xdp_md *ctx, __u64 now_ns, enum packet_counter *counter)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct ipv6hdr *ip = (void *)(eth + 1);
	struct flow_key6 key = {};
	struct tcphdr *tcp;

	if ((void *)(ip + 1) > (void *)(long)ctx->data_end)
		return unasked(counter);
	tcp = find_segment6(ctx, ip, &key);
	if (!tcp || !is_sane_syn(tcp) || own_source6(&key.source) || bpf_map_lookup_elem(&flows6, &key)
		|| !within_rate_or_counted(now_ns, counter))
		return unasked(counter);
	write_challenge(tcp, &key, cookie_for(&key, tcp, now_ns));
	turn_round(eth);
	*(__be32 *)ip = bpf_htonl(IPV6_VERSION << 28);
	ip->payload_len = bpf_htons(sizeof(*tcp));
	ip->hop_limit = CHALLENGE_HOPS;
	__builtin_memcpy(&ip->saddr, &key.destination, sizeof(key.destination));
	__builtin_memcpy(&ip->daddr, &key.source, sizeof(key.source));
	return sent(ctx, sizeof(*eth) + sizeof(*ip) + sizeof(*tcp), counter);
}

#endif
