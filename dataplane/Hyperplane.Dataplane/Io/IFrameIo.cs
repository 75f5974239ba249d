namespace Hyperplane.Dataplane.Io;

/// <summary>Where frames come from and go to: an AF_XDP socket, memory (tests, simulation) or a pcap file.</summary>
/// <remarks>A frame taken by <see cref="Receive"/> is given back exactly once, by <see cref="Transmit"/> or <see
/// cref="Release"/>.
/// Single-threaded where nothing else is said; no call allocates.</remarks>
public interface IFrameIo
{
    /// <summary>Takes up to <paramref name="frames"/>.Length frames; 0 when none waits.</summary>
    int Receive(Span<FrameSlot> frames);

    /// <summary>The bytes of a frame, writable in place; by whoever has the frame, on any thread.</summary>
    Span<byte> Bytes(FrameSlot frame);

    /// <summary>Queues a frame for sending; false when the queue is full (the caller counts and releases it).</summary>
    bool Transmit(FrameSlot frame);

    /// <summary>Gives a frame's memory back.</summary>
    void Release(FrameSlot frame);

    /// <summary>Tells the kernel about queued frames.</summary>
    void Flush();

    /// <summary>Makes a frame longer at its front; false when there is no room. What stands there means
    /// nothing.</summary>
    bool TryGrow(ref FrameSlot frame, int bytes);

    /// <summary>The longest frame that <see cref="TryTake"/> has room for.</summary>
    int FrameBytes { get; }

    /// <summary>Takes an empty frame for one that is made here; false when none is free.</summary>
    bool TryTake(int lengthBytes, out FrameSlot frame);

    /// <summary>Waits until a frame arrives, <see cref="Wake"/> is called or the time is over.</summary>
    void Wait(int timeoutMs);

    /// <summary>Ends the present or the next <see cref="Wait"/>; from any thread.</summary>
    void Wake();
}
