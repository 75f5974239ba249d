using FsCheck;
using FsCheck.Fluent;

namespace Hyperplane.Bfd.Tests.Packets;

/// <summary>Any bytes end in a verdict; what is written can be read.</summary>
public sealed class PropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(5_000);

    [Fact]
    public void Any_bytes_end_in_a_verdict() => Prop.ForAll<byte[]>(static bytes =>
    {
        BfdPacket.TryRead(bytes, out _);
    }).Check(Runs);

    [Fact]
    public void An_accepted_packet_keeps_every_rule_and_an_altered_one_still_has_a_verdict()
    {
        var seen = new HashSet<BfdVerdict>();
        for (int seed = 0; seed < 50_000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = new byte[BfdPacket.SizeBytes + random.Next(4)];
            RandomPacket(random).Write(bytes);
            for (int changes = random.Next(4); changes > 0; changes--)
                bytes[random.Next(12)] = (byte)(random.Next(3) == 0 ? 0 : random.Next(256));
            if (random.Next(4) == 0)
                bytes.AsSpan(4 * random.Next(1, 3), 4).Clear();
            if (random.Next(8) == 0)
                (bytes[1], bytes[3]) = ((byte)(bytes[1] | 4), (byte)bytes.Length);
            BfdVerdict verdict = BfdPacket.TryRead(bytes, out _);
            seen.Add(verdict);
            bool sound = bytes[0] >> 5 == 1 && (bytes[1] & 0x05) == 0 && bytes[2] != 0
                && bytes[3] >= 24 && bytes[3] <= bytes.Length && bytes.AsSpan(4, 4).ContainsAnyExcept((byte)0)
                && (bytes.AsSpan(8, 4).ContainsAnyExcept((byte)0) || bytes[1] >> 6 < 2);
            Assert.True(sound == (verdict == BfdVerdict.Accepted), $"seed {seed}: {verdict}");
        }

        Assert.Equal(9, seen.Count); // all but those that need a session or a socket
    }

    [Fact]
    public void What_is_written_is_read()
    {
        for (int seed = 0; seed < 20_000; seed++)
        {
            BfdPacket packet = RandomPacket(new Random(seed));
            byte[] bytes = new byte[BfdPacket.SizeBytes];
            packet.Write(bytes);
            Assert.True(
                BfdPacket.TryRead(bytes, out BfdPacket read) == BfdVerdict.Accepted && read == packet, $"seed {seed}");
        }
    }

    private static BfdPacket RandomPacket(Random random) => new()
    {
        State = (BfdState)random.Next(4),
        Diagnostic = (BfdDiagnostic)random.Next(32),
        Poll = random.Next(2) == 0,
        Final = random.Next(2) == 0,
        ControlPlaneIndependent = random.Next(2) == 0,
        Demand = random.Next(2) == 0,
        DetectMult = (byte)random.Next(1, 256),
        MyDiscriminator = Number(random),
        YourDiscriminator = Number(random),
        DesiredMinTxUs = Number(random),
        RequiredMinRxUs = Number(random),
        RequiredMinEchoRxUs = Number(random),
    };

    private static uint Number(Random random) => (uint)random.NextInt64(1, 1L << 32);
}
