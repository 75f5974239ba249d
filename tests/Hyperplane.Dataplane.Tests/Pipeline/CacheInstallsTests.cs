using System.Net;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>Flows of one batch of frames go into the cache together, as if they went one after the other.</summary>
public sealed class CacheInstallsTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(200, 200)]
    [InlineData(61, 200)]
    [InlineData(200, 7)]
    [InlineData(33, 21)]
    [InlineData(0, 1)]
    public void Flows_are_cached_in_their_order_until_the_cache_has_no_room_for_their_kind(int room, int wideRoom)
    {
        var random = new Random(room + wideRoom);
        var table = new FlowTable(1_000, 1_000, 1);
        var cache = new SmallCache(room, wideRoom);
        var installs = new CacheInstalls(table, cache, home: 0, new FlowLogger(table.Columns, queue: null));
        var slots = new List<(int Slot, bool IsIpv4)>();
        for (int i = 0; i < 150; i++)
        {
            bool isIpv4 = random.Next(3) != 0;
            slots.Add((Add(table, i, isIpv4), isIpv4));
            installs.Request(slots[i].Slot, nowNs: 1);
        }
        // Ended while it waited: never cached.
        table.Close(slots[10].Slot, FlowQueueKind.AfterClose, 1);
        installs.Work(nowNs: 1);

        foreach (bool isIpv4 in new[] { true, false })
        {
            var living = slots.Where(flow => flow.IsIpv4 == isIpv4 && flow.Slot != slots[10].Slot).ToList();
            int fit = Math.Min((isIpv4 ? room : wideRoom) / 2, living.Count);
            Assert.Equal(fit * 2, cache.Count(isIpv4));
            Assert.All(living.Take(fit), flow => Assert.Equal(FlowFlags.Cached, table.Columns.Flags[flow.Slot]));
            Assert.All(living.Skip(fit), flow => Assert.Equal(FlowFlags.None, table.Columns.Flags[flow.Slot]));
            if (fit == living.Count)
                continue;

            // For a second nobody tries.
            int asked = cache.Asked;
            installs.Request(living[fit].Slot, Second);
            installs.Work(Second);
            Assert.Equal(asked, cache.Asked);
            cache.MakeRoom();
            installs.Request(living[fit].Slot, Second + 1);
            installs.Work(Second + 1);
            Assert.Equal(FlowFlags.Cached, table.Columns.Flags[living[fit].Slot]);
        }
    }

    private static int Add(FlowTable table, int number, bool isIpv4)
    {
        PacketAddress At(string ipv4, string ipv6) => PacketAddress.Of(IPAddress.Parse(isIpv4 ? ipv4 : ipv6));
        var forward = new FlowKey(
            At("192.0.2.1", "2001:db8:c::1"), At("203.0.113.10", "2001:db8:10::10"), (ushort)(number + 1), 80, 6);
        var reverse = new FlowKey(
            At("10.0.0.1", "2001:db8:a::1"), At("198.51.100.1", "2001:db8:20::1"), 80, (ushort)(number + 1), 6);
        return table.Add(forward, reverse, FlowState.Established, 1);
    }

    /// <summary>A dictionary a family, each of its own size.</summary>
    private sealed class SmallCache(int room, int wideRoom) : IFlowCache
    {
        private readonly Dictionary<FlowKey, FlowEntry> _entries = [];
        private int _moreRoom;

        public int Asked { get; private set; }

        public int Capacity => room;

        public int Count(bool isIpv4) => _entries.Keys.Count(key => key.IsIpv4 == isIpv4);

        public void MakeRoom() => _moreRoom += 2;

        public bool TryInstall(in FlowKey key, in FlowEntry entry)
        {
            Asked++;
            if (Count(key.IsIpv4) >= (key.IsIpv4 ? room : wideRoom) + _moreRoom)
                return false;
            _entries[key] = entry;
            return true;
        }

        public bool TryRemove(in FlowKey key) => _entries.Remove(key);

        public bool TryRead(in FlowKey key, out FlowEntry entry) => _entries.TryGetValue(key, out entry);

        public bool TryTakeFin(int pipeline, out FlowFin fin)
        {
            fin = default;
            return false;
        }
    }
}
