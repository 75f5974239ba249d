namespace Hyperplane.Mesh.Records;

/// <summary>What travels after a handshake: sealed frames, each of one or more messages.</summary>
/// <remarks>A frame: length of the ciphertext (4 bytes, little endian), tag (16), ciphertext. Its nonce is the number
/// of the frame in its direction, never sent: a frame repeated, left out or moved does not open. A message in it:
/// length of its body (3 bytes, little endian), type, body.</remarks>
internal static class RecordFormat
{
    public const int LengthBytes = 4;
    public const int TagBytes = 16;
    public const int NonceBytes = 12;
    public const int FrameHeaderBytes = LengthBytes + TagBytes;
    public const int MessageHeaderBytes = 4;

    /// <summary>A frame takes further messages up to this many bytes: it is worked off in one piece, and others
    /// wait.</summary>
    public const int FullFrameBytes = 16_384;

    /// <summary>The sender ends the connection; the body is a <see cref="MeshDownReason"/>, one byte.</summary>
    public const byte CloseType = 255;

    /// <summary>Longest plaintext of a frame.</summary>
    public static int MaxPlainBytes(int maxBodyBytes) =>
        Math.Max(MessageHeaderBytes + maxBodyBytes, FullFrameBytes);
}
