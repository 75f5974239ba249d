using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Xsk;

/// <summary>The kernel's side of an AF_XDP socket: descriptor, memory, options, and the order in which they
/// go.</summary>
/// <remarks>The queue is freed only when all ring mappings are gone <em>and</em> the descriptor is closed.</remarks>
internal sealed unsafe class XskHandle : IDisposable
{
    public const long ReceivePage = 0;
    public const long TransmitPage = 0x8000_0000;
    public const long FillPage = 0x1_0000_0000;
    public const long CompletionPage = 0x1_8000_0000;

    private const int Family = 44;
    private const int Level = 283;
    private const int MmapOffsets = 1;
    private const int ReceiveRing = 2;
    private const int TransmitRing = 3;
    private const int MemoryRegister = 4;
    private const int FillRing = 5;
    private const int CompletionRing = 6;
    private const int StatisticsOption = 7;
    private const ushort CopyAndNeedWakeup = 2 | 8;
    private const int BindPatienceMs = 1_000;
    private const int BindPauseMs = 10;

    private readonly List<IDisposable> _rings = [];
    private readonly nuint _memoryBytes;
    private nint _memory;
    private int _descriptor;

    private XskHandle(int descriptor, nint memory, nuint memoryBytes)
    {
        _descriptor = descriptor;
        _memory = memory;
        _memoryBytes = memoryBytes;
    }

    /// <summary>The socket.</summary>
    public int Descriptor => _descriptor;

    /// <summary>The first chunk.</summary>
    public byte* Memory => (byte*)_memory;

    /// <summary>Opens a socket, registers its memory and sizes its rings.</summary>
    public static XskHandle Open(AfXdpOptions options)
    {
        int descriptor = LibC.Socket(Family, LibC.SocketRaw | LibC.SocketCloseOnExec, 0);
        if (descriptor < 0)
            throw LibC.Failure(
                "opening an AF_XDP socket", "It needs root or CAP_NET_RAW, and a kernel with CONFIG_XDP_SOCKETS.");
        nuint bytes = (nuint)options.ChunkCount * (nuint)options.ChunkBytes;
        nint memory = LibC.Map(
            0, bytes, LibC.ProtectionReadWrite, LibC.MapPrivateAnonymous | LibC.MapPopulate, -1, 0);
        if (memory == LibC.MapFailed)
        {
            KernelException failure = LibC.Failure($"taking {bytes} bytes for frames");
            _ = LibC.Close(descriptor);
            throw failure;
        }

        var handle = new XskHandle(descriptor, memory, bytes);
        try
        {
            handle.Register(options);
            handle.Set(FillRing, options.ChunkCount);
            handle.Set(CompletionRing, options.ChunkCount);
            handle.Set(ReceiveRing, options.ReceiveRing);
            handle.Set(TransmitRing, options.TransmitRing);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Where the parts of the rings are.</summary>
    public (XskRingOffsets Receive, XskRingOffsets Transmit, XskRingOffsets Fill, XskRingOffsets Completion) Offsets()
    {
        XskRingOffsets* offsets = stackalloc XskRingOffsets[4];
        Get(MmapOffsets, offsets, (uint)(4 * sizeof(XskRingOffsets)));
        return (offsets[0], offsets[1], offsets[2], offsets[3]);
    }

    /// <summary>Binds to a queue in copy mode, so that the same thing happens on every driver.</summary>
    public void Bind(int interfaceIndex, int queue)
    {
        XskAddress address = new()
        {
            Family = Family,
            Flags = CopyAndNeedWakeup,
            InterfaceIndex = (uint)interfaceIndex,
            Queue = (uint)queue,
        };
        long start = Stopwatch.GetTimestamp();
        // SAFETY: the address is on the stack.
        while (LibC.Bind(_descriptor, &address, (uint)sizeof(XskAddress)) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != LibC.BusyError || Stopwatch.GetElapsedTime(start).TotalMilliseconds > BindPatienceMs)
                throw new KernelException(
                    $"binding an AF_XDP socket to queue {queue} of interface {interfaceIndex}", error, Advice(error));
            _ = LibC.Poll(null, 0, BindPauseMs);
        }
    }

    /// <summary>What the kernel counted on this socket.</summary>
    public XskStatistics Statistics()
    {
        XskStatistics statistics;
        Get(StatisticsOption, &statistics, (uint)sizeof(XskStatistics));
        return statistics;
    }

    /// <summary>Sees to it that a ring is unmapped before the socket closes.</summary>
    public T Own<T>(T ring)
        where T : IDisposable
    {
        _rings.Add(ring);
        return ring;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor < 0)
            return;
        foreach (IDisposable ring in _rings)
            ring.Dispose();
        _ = LibC.Close(_descriptor);
        _descriptor = -1;
        _ = LibC.Unmap(_memory, _memoryBytes);
        _memory = 0;
    }

    private void Register(AfXdpOptions options)
    {
        XskMemory memory = new()
        {
            Address = (ulong)_memory,
            Bytes = _memoryBytes,
            ChunkBytes = (uint)options.ChunkBytes,
        };
        // SAFETY: on the stack; the memory it names is unmapped after the socket is closed.
        if (LibC.SetSocketOption(_descriptor, Level, MemoryRegister, &memory, (uint)sizeof(XskMemory)) != 0)
            throw LibC.Failure(
                "registering memory for AF_XDP", "It is locked memory: raise the service's LimitMEMLOCK.");
    }

    private void Set(int option, int entries)
    {
        // SAFETY: an int on the stack.
        if (LibC.SetSocketOption(_descriptor, Level, option, &entries, sizeof(int)) != 0)
            throw LibC.Failure($"sizing a ring of the AF_XDP socket to {entries}");
    }

    private void Get(int option, void* value, uint bytes)
    {
        // SAFETY: the kernel writes at most `bytes`, the size of the caller's value.
        if (LibC.GetSocketOption(_descriptor, Level, option, value, &bytes) != 0)
            throw LibC.Failure("asking the AF_XDP socket");
    }

    private static string Advice(int error) => error switch
    {
        LibC.BusyError => "Another AF_XDP socket holds the queue: end its process.",
        22 => "The interface has no such queue, or is not in this network namespace.",
        95 => "The driver has no AF_XDP.",
        100 => "The interface is down: bring it up first.",
        _ => "",
    };
}
