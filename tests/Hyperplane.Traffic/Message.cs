using System.Buffers.Binary;

namespace Hyperplane.Traffic;

/// <summary>What both programs send: 64 bytes that belong to one connection and one place in it.</summary>
/// <remarks>8 bytes conversation, 8 bytes sequence from 0, both big-endian, then 48 bytes that follow from the two: a
/// byte of another connection, or of another place in this one, is seen.</remarks>
internal static class Message
{
    public const int Bytes = 64;

    public static void Write(Span<byte> message, ulong conversation, ulong sequence)
    {
        BinaryPrimitives.WriteUInt64BigEndian(message, conversation);
        BinaryPrimitives.WriteUInt64BigEndian(message[8..], sequence);
        ulong state = conversation ^ (sequence * 0x9E3779B97F4A7C15);
        for (int offset = 16; offset < Bytes; offset += 8)
            BinaryPrimitives.WriteUInt64BigEndian(message[offset..], Next(ref state));
    }

    public static ulong Conversation(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt64BigEndian(message);

    public static ulong Sequence(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt64BigEndian(message[8..]);

    /// <summary>Whether these are the bytes of that place.</summary>
    public static bool Is(ReadOnlySpan<byte> message, ulong conversation, ulong sequence)
    {
        Span<byte> expected = stackalloc byte[Bytes];
        Write(expected, conversation, sequence);
        return message.SequenceEqual(expected);
    }

    // SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
