using System.Diagnostics;
using System.Globalization;
using Hyperplane.Mesh.Records;

namespace Hyperplane.Mesh.Tests.Records;

/// <summary>Sealing is cheap enough to be always on; <c>infra/bench mesh</c> measures the whole way.</summary>
public sealed class SealingSpeedTests(ITestOutputHelper output)
{
    [Fact]
    public void Both_ends_of_64_kB_frames_on_one_core_sustain_300_MB_a_second()
    {
        const int Rounds = 50;
        const int FramesPerRound = 20;
        using var seals = new FrameCipher(new byte[32]);
        using var opens = new FrameCipher(new byte[32]);
        var writer = new FrameWriter(seals, 4 << 20);
        var reader = new FrameReader(opens, 262_144);
        byte[] body = new byte[65_000];
        double bestSeconds = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long began = Stopwatch.GetTimestamp();
            for (int i = 0; i < FramesPerRound; i++)
                Assert.True(writer.TryAdd(1, body));
            int opened = 0;
            while (writer.QueuedBytes > 0)
            {
                Span<byte> space = reader.Space();
                ReadOnlySpan<byte> wire = writer.Sealed();
                int count = Math.Min(space.Length, wire.Length);
                wire[..count].CopyTo(space);
                writer.Sent(count);
                reader.Received(count);
                while (reader.Next(out _, out _) == FrameVerdict.Message)
                    opened++;
            }

            Assert.Equal(FramesPerRound, opened);
            bestSeconds = Math.Min(bestSeconds, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        double megabytesPerSecond = FramesPerRound * body.Length / bestSeconds / 1e6;
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{megabytesPerSecond:F0} MB/s, best of {Rounds}"));
        Assert.True(megabytesPerSecond > 300, $"{megabytesPerSecond} MB/s");
    }
}
