using System.Numerics;

namespace Hyperplane.Dataplane.Kernel.Xsk;

/// <summary>The memory of an AF_XDP socket; all counts are powers of two.</summary>
internal sealed record AfXdpOptions
{
    /// <summary>Room in front of a frame for headers.</summary>
    public const int HeadroomBytes = 256;

    /// <summary>Frames under way from one pipeline of a node to another.</summary>
    public const int HandOverFrames = 256;

    private const int FewPipelines = 4;
    private const int EthernetBytes = 18;
    private const int SparesOfAnInterface = 64;

    /// <summary>Frames it has memory for, 64 to 65,536.</summary>
    public int ChunkCount { get; init; } = 4_096;

    /// <summary>Memory of a frame, with 256 bytes of headroom: 2,048 or 4,096.</summary>
    public int ChunkBytes { get; init; } = 2_048;

    /// <summary>Frames that can wait for the pipeline.</summary>
    public int ReceiveRing { get; init; } = 2_048;

    /// <summary>Frames that can wait for the kernel.</summary>
    public int TransmitRing { get; init; } = 2_048;

    /// <summary>Frames kept free for those that are made here; out of <see cref="ChunkCount"/>.</summary>
    public int SpareChunks { get; init; }

    /// <summary>Of the VLAN whose tag every frame gets that is sent; 0 for none.</summary>
    public ushort Vlan { get; init; }

    /// <summary>With chunks that frames of an MTU fit into, of which <see cref="HandOverFrames"/> are lent to each
    /// other pipeline: 4,096 for up to 4 pipelines, else 8,192.</summary>
    /// <exception cref="KernelException">Above 3,822 bytes.</exception>
    public static AfXdpOptions ForMtu(int mtuBytes, int pipelines = 1)
    {
        int chunkBytes = mtuBytes + EthernetBytes + HeadroomBytes <= 2_048 ? 2_048 : 4_096;
        return mtuBytes + EthernetBytes + HeadroomBytes <= chunkBytes
            ? new AfXdpOptions
            {
                ChunkBytes = chunkBytes,
                ChunkCount = pipelines <= FewPipelines ? 4_096 : 8_192,
                SpareChunks = SparesOfAnInterface + ((pipelines - 1) * HandOverFrames),
            }
            : throw new KernelException($"an MTU of {mtuBytes} is too large for AF_XDP: at most 3,822 bytes");
    }

    /// <summary>Throws when the kernel would refuse it for sure.</summary>
    public void Validate()
    {
        if (ChunkCount is < 64 or > 65_536 || !BitOperations.IsPow2(ChunkCount) || ChunkBytes is not (2_048 or 4_096)
            || !BitOperations.IsPow2(ReceiveRing) || !BitOperations.IsPow2(TransmitRing)
            || SpareChunks < 0 || SpareChunks >= ChunkCount)
            throw new InvalidOperationException($"not a shape the kernel takes: {this}");
    }
}
