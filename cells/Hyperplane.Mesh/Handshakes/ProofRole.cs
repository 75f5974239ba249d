namespace Hyperplane.Mesh.Handshakes;

/// <summary>What a proof is made for; one made for something else is worth nothing.</summary>
internal enum ProofRole
{
    /// <summary>The acceptor knows the key.</summary>
    Acceptor,

    /// <summary>The connector knows the key.</summary>
    Connector,

    /// <summary>The acceptor has let the connector in.</summary>
    Welcome,
}
