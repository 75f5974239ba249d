using System.Buffers.Binary;
using System.Numerics;

namespace Hyperplane.Dataplane.Admission;

/// <summary>SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012): without the key nobody can tell
/// what comes out.</summary>
internal static class SipHash
{
    private const int WordBytes = sizeof(ulong);
    private const int LengthShift = 56;
    private const ulong LastMark = 0xff;

    /// <summary>64 bits of a message.</summary>
    /// <param name="message">Any bytes.</param>
    /// <param name="keyFirst">The key's first eight bytes, little-endian.</param>
    /// <param name="keyLast">The key's last eight.</param>
    public static ulong Of(ReadOnlySpan<byte> message, ulong keyFirst, ulong keyLast)
    {
        Span<ulong> state =
        [
            keyFirst ^ 0x736f6d6570736575, keyLast ^ 0x646f72616e646f6d,
            keyFirst ^ 0x6c7967656e657261, keyLast ^ 0x7465646279746573,
        ];
        ulong last = (ulong)message.Length << LengthShift;
        for (; message.Length >= WordBytes; message = message[WordBytes..])
            Take(state, BinaryPrimitives.ReadUInt64LittleEndian(message));
        for (int i = 0; i < message.Length; i++)
            last |= (ulong)message[i] << (i * 8);
        Take(state, last);
        state[2] ^= LastMark;
        for (int i = 0; i < 4; i++)
            Round(state);
        return state[0] ^ state[1] ^ state[2] ^ state[3];
    }

    private static void Take(Span<ulong> state, ulong word)
    {
        state[3] ^= word;
        Round(state);
        Round(state);
        state[0] ^= word;
    }

    private static void Round(Span<ulong> state)
    {
        state[0] += state[1];
        state[1] = BitOperations.RotateLeft(state[1], 13) ^ state[0];
        state[0] = BitOperations.RotateLeft(state[0], 32);
        state[2] += state[3];
        state[3] = BitOperations.RotateLeft(state[3], 16) ^ state[2];
        state[0] += state[3];
        state[3] = BitOperations.RotateLeft(state[3], 21) ^ state[0];
        state[2] += state[1];
        state[1] = BitOperations.RotateLeft(state[1], 17) ^ state[2];
        state[2] = BitOperations.RotateLeft(state[2], 32);
    }
}
