using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hyperplane.Mesh.Records;

/// <summary>Seals or opens the frames of one direction, in place, with AES-256-GCM and the frame's number as
/// nonce.</summary>
internal sealed class FrameCipher : IDisposable
{
    private readonly AesGcm _aes;
    private readonly byte[] _nonce = new byte[RecordFormat.NonceBytes];
    private ulong _number;

    public FrameCipher(ReadOnlySpan<byte> key) => _aes = new AesGcm(key, RecordFormat.TagBytes);

    public void Seal(Span<byte> text, Span<byte> tag) => _aes.Encrypt(Next(), text, text, tag);

    /// <summary>False when the frame is not the next one that the other side sealed.</summary>
    public bool TryOpen(Span<byte> text, ReadOnlySpan<byte> tag)
    {
        try
        {
            _aes.Decrypt(Next(), text, tag, text);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _aes.Dispose();

    private ReadOnlySpan<byte> Next()
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_nonce.AsSpan(4), _number++);
        return _nonce;
    }
}
