/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What the XDP program shares with user space: keys, entries, settings and
 * counters. Each type has a twin in Hyperplane.Dataplane; a test compares sizes,
 * offsets and the names of the counters.
 *
 * Addresses, ports and checksum sums are kept as they stand in the frame
 * (network order); one's-complement sums do not care about byte order.
 */
#ifndef HYPERPLANE_H
#define HYPERPLANE_H

#include <linux/types.h>

/* Pipeline threads that the dead-man switch can watch. */
#define MAX_PIPELINES 16

/* What names an IPv4 flow in one direction: FlowKey4. */
struct flow_key4 {
	__be32 source;
	__be32 destination;
	__be16 source_port;
	__be16 destination_port;
	__u32 protocol;
};
_Static_assert(sizeof(struct flow_key4) == 16, "flow_key4");

/* An address as it lies in an IPv6 header: PacketAddress. */
struct address {
	__be32 words[4];
};
_Static_assert(sizeof(struct address) == 16, "address");

/* What names any flow in one direction, IPv4 addresses as ::ffff:a.b.c.d: FlowKey. */
struct flow_key6 {
	struct address source;
	struct address destination;
	__be16 source_port;
	__be16 destination_port;
	__u32 protocol;
};
_Static_assert(sizeof(struct flow_key6) == 40, "flow_key6");

/* Whose flow a key is when it is not ours: RelayEntry4. */
struct relay_entry {
	__u64 owner_start;
	__u64 last_seen_ns;
	__u32 packets;
	__u16 owner_node;
	/* Outer source port, should the owner be reached by the tunnel. */
	__be16 tunnel_port;
};
_Static_assert(sizeof(struct relay_entry) == 24, "relay_entry");

/* Another node of the cell, by its id: PeerEntry. */
struct peer {
	__u64 start;
	__u32 next_hop;
	__u32 alive;
	/* 0 = on the same subnet. */
	__be32 tunnel_address;
	__u32 reserved0;
};
_Static_assert(sizeof(struct peer) == 24, "peer");

/* Of route: the next hop's place in the low bits, the listener counter's above, and whether a tunnel is taken. */
#define ROUTE_NEXT_HOP_BITS 12
#define ROUTE_NEXT_HOP_MASK ((1 << ROUTE_NEXT_HOP_BITS) - 1)
#define ROUTE_SLOT_BITS 19
#define ROUTE_SLOT_MASK ((1 << ROUTE_SLOT_BITS) - 1)
#define ROUTE_TUNNELLED (1u << (ROUTE_NEXT_HOP_BITS + ROUTE_SLOT_BITS))
/* Units of last_seen: 2^20 ns, about a millisecond. */
#define LAST_SEEN_SHIFT 20
/*
 * Of owner: the flow's pipeline in the low bits, whether its own frames are counted, and above that its target's place
 * in the counters; all bits set: none.
 */
#define OWNER_HOME_MASK (MAX_PIPELINES - 1)
#define OWNER_LOGGED MAX_PIPELINES
#define OWNER_TARGET_SHIFT 5
_Static_assert(1 << OWNER_TARGET_SHIFT == 2 * OWNER_LOGGED, "owner");

/*
 * What is done to a frame of an established flow: FlowEntry4. With its key it
 * fills one and a half cache lines of the map, so it never lies across two.
 */
struct flow_entry4 {
	__be32 source;
	__be32 destination;
	__be16 source_port;
	__be16 destination_port;
	__be16 ip_checksum_delta;
	__be16 l4_checksum_delta;
	__u32 route;
	__u32 last_seen;
	__u32 owner;
	/* TCP: of the last frame. */
	__be32 acknowledgement;
};
_Static_assert(sizeof(struct flow_entry4) == 32, "flow_entry4");

/* The same of a flow that has to do with IPv6: FlowEntry. */
struct flow_entry6 {
	struct address source;
	struct address destination;
	__be16 source_port;
	__be16 destination_port;
	__be16 ip_checksum_delta;
	__be16 l4_checksum_delta;
	__u32 route;
	__u32 last_seen;
	__u32 owner;
	__be32 acknowledgement;
};
_Static_assert(sizeof(struct flow_entry6) == 56, "flow_entry6");

/* A FIN that was forwarded, of the flow that has this key: FlowFin. */
struct flow_fin {
	struct flow_key6 key;
	/* Of the segment, the FIN counted. */
	__u32 sequence_end;
	__u32 acknowledgement;
};
_Static_assert(sizeof(struct flow_fin) == 48, "flow_fin");

/* The Ethernet side of a next hop: NextHop. MACs stand in the first six bytes. */
struct next_hop {
	__u8 destination_mac[8];
	__u8 source_mac[8];
	__u32 ifindex;
	__u32 resolved;
};
_Static_assert(sizeof(struct next_hop) == 24, "next_hop");

/* Key of the IPv4 prefixes that are ours: OwnPrefixKey. */
struct own_prefix_key {
	__u32 prefix_bits;
	__be32 address;
};
_Static_assert(sizeof(struct own_prefix_key) == 8, "own_prefix_key");

/* Key of the IPv6 ones: OwnPrefixKey6. */
struct own_prefix_key6 {
	__u32 prefix_bits;
	struct address address;
};
_Static_assert(sizeof(struct own_prefix_key6) == 20, "own_prefix_key6");

/* What an address is to us: OwnKind. */
enum own {
	/* All frames to it are ours. */
	OWN_ADDRESS = 1,
	/* The kernel's; ours are errors about packets that we put into tunnels. */
	OWN_TUNNEL_SOURCE = 2,
};

/* A set that may hold more than was put in, by has_bit: DestinationBits. */
#define DESTINATION_BITS 65536
struct destination_bits {
	__u64 bits[DESTINATION_BITS / 64];
};

_Static_assert(sizeof(struct destination_bits) == 8192, "destination_bits");

/* What may be ours: OwnDestinations. What has neither bit is not. */
struct own_destinations {
	/* /24s, and IPv6 /48s. */
	struct destination_bits blocks;
	/* Those of prefixes that have but few. */
	struct destination_bits addresses;
};
_Static_assert(sizeof(struct own_destinations) == 16384, "own_destinations");

/* How many flows may begin at a VIP: AdmissionEntry. What one costs on this node; 0 = no limit. */
struct admission {
	__u64 vip_cost_ns;
	__u64 tenant_cost_ns;
	__u64 source_cost_ns;
	/* In admission_times. */
	__u32 vip_place;
	__u32 tenant_place;
};
_Static_assert(sizeof(struct admission) == 32, "admission");

/* Frames that would have opened a flow at a VIP and were refused: VipRefusals. */
struct refusals {
	__u64 source_rate;
	__u64 vip_rate;
	__u64 tenant_rate;
	__u64 challenge_rate;
};
_Static_assert(sizeof(struct refusals) == 32, "refusals");

/* Settings, fixed at load: ProgramConfig. */
struct config {
	/* Our frames are dropped when a heartbeat is older; 0 = never. */
	__u64 stall_timeout_ns;
	/* Of the cookies in challenges. */
	__u64 cookie_key_first;
	__u64 cookie_key_last;
	/* How long a source that answered a challenge is known. */
	__u64 known_source_ns;
	/* Of their rate; 0 = no challenges. */
	__u64 challenge_cost_ns;
	/* Heartbeats that are watched, 1 to MAX_PIPELINES. */
	__u32 pipelines;
	/* Listener counters of one CPU, two a listener. */
	__u32 counter_slots;
	/* Target counters of one CPU, two a target. */
	__u32 target_slots;
	/* Where tunnelled frames of other nodes arrive; 0 = nowhere. */
	__be32 tunnel_address;
	/* Our MAC address in two pieces, as it lies in a frame; what a switch floods to us is not ours. */
	__u32 own_mac_first;
	__u16 own_mac_last;
	/* 0 = frames to any MAC address are taken. */
	__u16 checks_mac;
	/* The longest packet that tunnels carry, outer headers included. */
	__u32 tunnel_mtu_bytes;
	/* The longest packet that leaves. */
	__u32 mtu_bytes;
	/* Of the VLAN whose tag every frame has; 0 = no tags. */
	__be16 vlan;
	__u16 reserved0;
};
_Static_assert(sizeof(struct config) == 80, "config");

/* A pipeline thread's sign of life, on a cache line of its own: Heartbeats. */
struct heartbeat {
	/* CLOCK_MONOTONIC; 0 = never beat. */
	__u64 beat_ns;
	/* 1: more than a quarter of its place for half-open flows is taken. */
	__u64 crowded;
	__u64 padding[6];
};
_Static_assert(sizeof(struct heartbeat) == 64, "heartbeat");

/* Frames and bytes of a listener in one direction, on one CPU, or those of a flow: ListenerCount. */
struct listener_count {
	__u64 packets;
	__u64 bytes;
};
_Static_assert(sizeof(struct listener_count) == 16, "listener_count");

/* How a frame can end: PacketCounter, by the same names and numbers. */
enum packet_counter {
	COUNTER_RECEIVED,
	COUNTER_PASSED,
	COUNTER_PUNTED,
	COUNTER_FORWARDED,
	COUNTER_DROP_TRUNCATED,
	COUNTER_DROP_MALFORMED,
	COUNTER_DROP_IP_CHECKSUM,
	COUNTER_DROP_NOT_IP,
	COUNTER_DROP_PROTOCOL,
	COUNTER_DROP_ICMP,
	COUNTER_DROP_FRAGMENT,
	COUNTER_DROP_TTL,
	COUNTER_DROP_NO_VIP,
	COUNTER_DROP_NO_LISTENER,
	COUNTER_DROP_NO_TARGET,
	COUNTER_DROP_NO_FLOW,
	COUNTER_DROP_TCP_FLAGS,
	COUNTER_DROP_FLOW_TABLE_FULL,
	COUNTER_DROP_HALF_OPEN_FULL,
	COUNTER_DROP_NO_PORT,
	COUNTER_DROP_NEXT_HOP_UNRESOLVED,
	COUNTER_DROP_NO_SOCKET,
	COUNTER_DROP_TRANSMIT_FULL,
	COUNTER_DROP_AGENT_STALLED,
	COUNTER_DROP_RECEIVE_FULL,
	COUNTER_RELAYED,
	COUNTER_PARKED,
	COUNTER_RELEASED,
	COUNTER_RESET_SENT,
	COUNTER_UNREPLICATED,
	COUNTER_DIRECTORY_FULL,
	COUNTER_DROP_PARK_FULL,
	COUNTER_DROP_DIRECTORY_TIMEOUT,
	COUNTER_DROP_DIRECTORY_UNAVAILABLE,
	COUNTER_DROP_NOT_MINE,
	COUNTER_DROP_LOST,
	COUNTER_TUNNELLED,
	COUNTER_DROP_TUNNEL,
	COUNTER_DROP_TUNNEL_MTU,
	COUNTER_PROBE_SENT,
	COUNTER_TOO_BIG_SENT,
	COUNTER_CUT,
	COUNTER_TRANSLATED,
	COUNTER_DROP_TRANSLATION,
	COUNTER_DROP_MTU,
	COUNTER_ENCAPSULATED,
	COUNTER_DROP_HAIRPIN,
	COUNTER_DROP_SOURCE_RATE,
	COUNTER_DROP_VIP_RATE,
	COUNTER_DROP_TENANT_RATE,
	COUNTER_HEADER_SENT,
	COUNTER_ABSORBED,
	COUNTER_PATH_MTU_LEARNED,
	COUNTER_HANDED_OVER,
	COUNTER_DROP_HAND_OVER_FULL,
	COUNTER_CHALLENGED,
	COUNTER_CHALLENGE_PASSED,
	COUNTER_DROP_CHALLENGE_RATE,
	COUNTER_DROP_NOT_ALLOWED,
	PACKET_COUNTERS,
};

struct packet_counts {
	__u64 frames[PACKET_COUNTERS];
};

#endif
