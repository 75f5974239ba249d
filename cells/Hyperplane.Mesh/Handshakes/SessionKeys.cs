using System.Security.Cryptography;

namespace Hyperplane.Mesh.Handshakes;

/// <summary>The proofs of a handshake and the two keys of its session, from both hellos and the cell's key.</summary>
/// <remarks>Proof: HMAC-SHA256 over a role's label, the connector's hello and the acceptor's hello. Keys: HKDF-SHA256
/// (RFC 5869), salt = both nonces, info = a direction's label and the hash of both hellos.</remarks>
internal sealed class SessionKeys
{
    public const int ProofBytes = 32;
    private const int KeyBytes = 32;

    private SessionKeys(byte[] fromConnector, byte[] fromAcceptor)
    {
        FromConnector = fromConnector;
        FromAcceptor = fromAcceptor;
    }

    /// <summary>Seals what the connector sends.</summary>
    public byte[] FromConnector { get; }

    /// <summary>Seals what the acceptor sends.</summary>
    public byte[] FromAcceptor { get; }

    public static SessionKeys Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> hellos)
    {
        byte[] salt = [.. MeshHello.Nonce(hellos), .. MeshHello.Nonce(hellos[MeshHello.Bytes..])];
        byte[] hash = SHA256.HashData(hellos);
        return new SessionKeys(
            Expand(key, salt, [.. "hyperplane mesh 1 connector's frames"u8, .. hash]),
            Expand(key, salt, [.. "hyperplane mesh 1 acceptor's frames"u8, .. hash]));
    }

    /// <summary>Writes a proof.</summary>
    public static void Prove(ReadOnlySpan<byte> key, ProofRole role, ReadOnlySpan<byte> hellos, Span<byte> proof)
    {
        ReadOnlySpan<byte> label = role switch
        {
            ProofRole.Connector => "hyperplane mesh 1 connector's proof"u8,
            ProofRole.Acceptor => "hyperplane mesh 1 acceptor's proof"u8,
            _ => "hyperplane mesh 1 acceptor's welcome"u8,
        };
        HMACSHA256.HashData(key, [.. label, .. hellos], proof[..ProofBytes]);
    }

    private static byte[] Expand(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info)
    {
        byte[] expanded = new byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, expanded, salt, info);
        return expanded;
    }
}
