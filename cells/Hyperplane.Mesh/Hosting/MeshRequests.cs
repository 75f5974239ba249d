namespace Hyperplane.Mesh.Hosting;

/// <summary>What other threads ask of the mesh thread; each request is followed by a wake.</summary>
internal sealed class MeshRequests
{
    private IReadOnlyList<MeshPeer>? _peers;

    /// <summary>End as planned.</summary>
    public volatile bool IsGoodbye;

    /// <summary>End without a word.</summary>
    public volatile bool IsEnd;

    /// <summary>The last list wins.</summary>
    public void SetPeers(IReadOnlyList<MeshPeer> peers) => Volatile.Write(ref _peers, peers);

    /// <summary>A list not taken yet.</summary>
    public IReadOnlyList<MeshPeer>? TakePeers() =>
        Volatile.Read(ref _peers) is null ? null : Interlocked.Exchange(ref _peers, null);
}
