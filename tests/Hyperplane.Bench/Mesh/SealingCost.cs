using System.Diagnostics;
using Hyperplane.Mesh.Records;

namespace Hyperplane.Bench.Mesh;

/// <summary>What queueing, sealing and opening cost without a socket, beside copying the same bytes twice.</summary>
/// <param name="SealNs">Queue and seal, per message.</param>
/// <param name="OpenNs">Copy from the wire, open and walk, per message.</param>
/// <param name="CopyNs">Two copies, per message.</param>
internal sealed record SealingCost(double SealNs, double OpenNs, double CopyNs)
{
    /// <summary>Both ends on one core.</summary>
    public double MegabytesPerSecond(int bodyBytes) => bodyBytes * 1_000d / (SealNs + OpenNs);

    public static SealingCost Of(int bodyBytes)
    {
        using var seals = new FrameCipher(new byte[32]);
        using var opens = new FrameCipher(new byte[32]);
        var writer = new FrameWriter(seals, 8 << 20);
        var reader = new FrameReader(opens, 262_144);
        byte[] body = new byte[bodyBytes];
        long messages = (1L << 30) / Math.Max(bodyBytes, 256);
        double sealNs = 0;
        double openNs = 0;
        for (long i = 0; i < messages;)
        {
            long began = Stopwatch.GetTimestamp();
            for (; i < messages && writer.QueuedBytes < 200_000; i++)
                writer.TryAdd(1, body);
            int wireBytes = writer.Sealed().Length;
            sealNs += Stopwatch.GetElapsedTime(began).TotalNanoseconds;
            began = Stopwatch.GetTimestamp();
            Read(writer, reader, wireBytes);
            openNs += Stopwatch.GetElapsedTime(began).TotalNanoseconds;
        }

        return new SealingCost(sealNs / messages, openNs / messages, CopyCost(body, messages));
    }

    private static void Read(FrameWriter writer, FrameReader reader, int wireBytes)
    {
        while (wireBytes > 0)
        {
            Span<byte> space = reader.Space();
            int count = Math.Min(space.Length, wireBytes);
            writer.Sealed()[..count].CopyTo(space);
            writer.Sent(count);
            wireBytes -= count;
            reader.Received(count);
            while (reader.Next(out _, out _) == FrameVerdict.Message)
                continue;
        }
    }

    private static double CopyCost(byte[] body, long messages)
    {
        byte[] there = new byte[200_000 + body.Length];
        long began = Stopwatch.GetTimestamp();
        int at = 0;
        for (long i = 0; i < messages; i++)
        {
            Span<byte> target = there.AsSpan(at, body.Length);
            body.CopyTo(target);
            target.CopyTo(body);
            at = at > 200_000 - body.Length ? 0 : at + body.Length;
        }

        return Stopwatch.GetElapsedTime(began).TotalNanoseconds / messages;
    }
}
