using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Tests.Flows;

public sealed class FlowHomesTests
{
    private static FlowKey KeyOf(Random random)
    {
        bool isIpv4 = random.Next(2) == 0;
        PacketAddress Address() => isIpv4
            ? new PacketAddress((uint)random.Next())
            : new PacketAddress((ulong)random.NextInt64(), (ulong)random.NextInt64());
        return new FlowKey(
            Address(), Address(), (ushort)random.Next(65_536), (ushort)random.Next(65_536),
            random.Next(2) == 0 ? 6u : 17u);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(16)]
    public void A_power_of_two_of_pipelines_shares_the_flows_evenly(int pipelines)
    {
        var homes = new FlowHomes(pipelines, 5);
        var random = new Random(1);
        int[] counts = new int[pipelines];
        const int Keys = 64_000;
        for (int i = 0; i < Keys; i++)
            counts[homes.Of(KeyOf(random))]++;
        Assert.All(counts, count => Assert.InRange(count, Keys / pipelines * 9 / 10, Keys / pipelines * 11 / 10));
        Assert.Equal(
            Enumerable.Repeat(1_600 / pipelines, pipelines),
            Enumerable.Range(0, pipelines).Select(pipeline => homes.ShareOf(pipeline, 1_600)));
    }

    [Fact]
    public void Any_number_of_pipelines_up_to_16_shares_all_there_is() => Assert.All(
        Enumerable.Range(1, 16), pipelines =>
    {
        var homes = new FlowHomes(pipelines, 5);
        int[] shares = [.. Enumerable.Range(0, pipelines).Select(pipeline => homes.ShareOf(pipeline, 16_000))];
        Assert.Equal(16_000, shares.Sum());
        Assert.InRange(shares.Max(), 16_000 / pipelines, 2 * 16_000 / pipelines);
    });

    [Fact]
    public void Neither_none_nor_17_pipelines_are_a_node()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlowHomes(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlowHomes(17, 1));
    }

    [Fact]
    public void One_of_16_neighbouring_ports_leads_to_any_home() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var homes = new FlowHomes(16, (ulong)random.NextInt64());
        FlowKey key = KeyOf(random);
        int wanted = random.Next(16);
        ushort port = (ushort)random.Next(65_536 - 16);
        FlowKey At(uint steps) => key with
        {
            DestinationPortBe = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((ushort)(port + steps)),
        };
        uint steps = homes.StepsTo(wanted, At(0));
        return steps < 16 && homes.ClassOf(At(steps)) == wanted
            && Enumerable.Range(0, 16).Select(step => homes.ClassOf(At((uint)step))).Distinct().Count() == 16;
    }).QuickCheckThrowOnFailure();
}
