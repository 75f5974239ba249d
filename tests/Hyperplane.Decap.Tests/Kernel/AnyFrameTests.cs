using Hyperplane.Decap.Hooks;
using Hyperplane.Decap.Kernel;
using Hyperplane.Lab;

namespace Hyperplane.Decap.Tests.Kernel;

/// <summary>Frames of every kind, near them, and of random bytes.</summary>
public sealed class AnyFrameTests
{
    private const int Frames = 100_000;


    [Theory]
    [InlineData(1)]
    [InlineData(20_261_130)]
    public void Both_hooks_pass_unwrap_or_drop_any_bytes_alike_and_count_each(int seed)
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        using var tc = new TestDecapsulator(HookKind.Tc);
        using var xdp = new TestDecapsulator(HookKind.Xdp);
        var random = new Random(seed);
        var counts = new int[DecapProgram.CounterCount];
        for (int i = 0; i < Frames; i++)
        {
            byte[] frame = Next(random);
            string name = $"seed {seed}, frame {i}, {Convert.ToHexString(frame)}";
            (DecapCounter counter, byte[] left) = xdp.Run(frame);
            if (RunsAtTc(frame))
            {
                (DecapCounter atTc, byte[] leftByTc) = tc.Run(frame);
                Assert.True(counter == atTc, $"{name}: {atTc} at tc, {counter} at XDP");
                Assert.True(left.AsSpan().SequenceEqual(leftByTc), $"{name}: other bytes at tc");
            }

            if (counter is >= DecapCounter.UnwrappedIp and <= DecapCounter.UnwrappedVxlan)
                AssertCameOut(frame, left, name);
            else
                Assert.True(frame.AsSpan().SequenceEqual(left), $"{name}: {counter}, but bytes changed");
            counts[(int)counter]++;
        }

        Assert.Equal(Frames, counts.Sum());
        foreach (DecapCounter counter in Enum.GetValues<DecapCounter>())
        {
            if (counter is DecapCounter.Received or DecapCounter.DropKernelRefused or DecapCounter.DropMergedDatagrams)
                Assert.Equal(0, counts[(int)counter]);
            else
                Assert.True(counts[(int)counter] > 20, $"seed {seed}: only {counts[(int)counter]} {counter}");
        }
    }

    /// <summary>The kernel refuses test runs at tc of frames without a whole header.</summary>
    private static bool RunsAtTc(byte[] frame) => frame.Length > Wire.EthernetBytes + (frame[12], frame[13]) switch
    {
        (8, 0) => 19,
        (0x86, 0xdd) => 39,
        _ => 0,
    };

    /// <summary>What is left is the end of what came in, behind its addresses; congestion may have marked
    /// it.</summary>
    private static void AssertCameOut(byte[] frame, byte[] left, string name)
    {
        const int MarkedBytes = 12;
        int gone = frame.Length - left.Length;
        Assert.True(gone >= 20, name);
        Assert.True(frame.AsSpan(0, 12).SequenceEqual(left.AsSpan(0, 12)), $"{name}: other addresses");
        bool isIpv4 = left[12] == 8;
        Assert.Equal(isIpv4 ? 4 : 6, left[14] >> 4);
        int same = Wire.EthernetBytes + (isIpv4 ? MarkedBytes : 2);
        Assert.True(frame.AsSpan(gone + same).SequenceEqual(left.AsSpan(same)), $"{name}: other bytes inside");
        if (isIpv4)
            Assert.Equal(
                Wire.HeaderChecksumRight(frame.AsSpan(gone + Wire.EthernetBytes)),
                Wire.HeaderChecksumRight(left.AsSpan(Wire.EthernetBytes)));
    }

    private static byte[] Next(Random random)
    {
        if (random.Next(20) == 0)
        {
            byte[] noise = new byte[random.Next(Wire.EthernetBytes, 200)];
            random.NextBytes(noise);
            byte[] type = random.Next(3) switch { 0 => [8, 0], 1 => [0x86, 0xdd], _ => noise[12..14] };
            type.CopyTo(noise, 12);
            return noise;
        }

        int outerVersion = random.Next(2) == 0 ? 4 : 6;
        byte[] inner = Wire.Inner(random.Next(2) == 0 ? 4 : 6, random.Next(40), random.Next(4));
        byte[] frame = Wire.Wrapped((Encapsulation)random.Next(5), outerVersion, inner, random.Next(4));
        int changes = random.Next(4);
        for (int i = 0; i < changes; i++)
            frame[random.Next(12, frame.Length)] = (byte)(random.Next(3) == 0 ? random.Next(8) : random.Next(256));
        if (changes > 0 && random.Next(2) == 0)
            Wire.SetHeaderChecksum(frame.AsSpan(Wire.EthernetBytes));
        return random.Next(10) switch
        {
            0 => frame[..random.Next(Wire.EthernetBytes, frame.Length)],
            1 => [.. frame, .. new byte[random.Next(20)]],
            _ => frame,
        };
    }
}
