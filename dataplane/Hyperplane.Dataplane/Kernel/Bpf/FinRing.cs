using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>Reads the FINs that the XDP program forwarded of a pipeline's flows: one reader, no system call.</summary>
/// <remarks>Layout of <c>BPF_MAP_TYPE_RINGBUF</c> (kernel/bpf/ringbuf.c): a page with the reader's position, one with
/// the writer's, then the records twice over, so that each lies in one piece. A record is 4 bytes of length with two
/// flag bits, 4 of the kernel's own, then the body, to the next multiple of 8.</remarks>
internal sealed unsafe class FinRing : IDisposable
{
    private const uint Busy = 1u << 31;
    private const uint Discarded = 1u << 30;
    private const int HeaderBytes = 8;
    private const int RingBufferMap = 27;
    private const int RingBytes = 1 << 20;

    private readonly nuint _page = (nuint)Environment.SystemPageSize;
    private int _descriptor;
    private long* _consumer;
    private long* _producer;

    private FinRing(int descriptor)
    {
        _descriptor = descriptor;
        try
        {
            _consumer = (long*)Map(_page, LibC.ProtectionReadWrite, 0);
            _producer = (long*)Map(WriterBytes, LibC.ProtectionRead, (long)_page);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private nuint WriterBytes => _page + (2 * (nuint)RingBytes);

    /// <summary>Makes a pipeline's ring and tells the program.</summary>
    /// <param name="rings">The program's map of them, by pipeline.</param>
    /// <param name="pipeline">The reader.</param>
    public static FinRing Open(BpfMap rings, int pipeline)
    {
        // SAFETY: no options; the name is copied.
        int descriptor = LibBpf.CreateMap(RingBufferMap, "fin_ring", 0, 0, RingBytes, null);
        if (descriptor < 0)
            throw new KernelException("making a ring for FINs", descriptor, "");
        var ring = new FinRing(descriptor);
        int error = rings.Update((uint)pipeline, (uint)descriptor);
        if (error == 0)
            return ring;
        ring.Dispose();
        throw new KernelException("giving a ring for FINs to the XDP program", error, "");
    }

    /// <summary>The next one; false when there is none, or when it is still being written.</summary>
    public bool TryTake(out FlowFin fin)
    {
        // SAFETY: both pages are mapped until Dispose; positions only grow, and only this reader moves the first.
        long at = *_consumer;
        while (at < Volatile.Read(ref *_producer))
        {
            byte* record = (byte*)_producer + _page + (at & (RingBytes - 1));
            uint length = Volatile.Read(ref *(uint*)record);
            if ((length & Busy) != 0)
                break;
            bool isWhole = (length & Discarded) == 0 && length == sizeof(FlowFin);
            fin = isWhole ? *(FlowFin*)(record + HeaderBytes) : default;
            at += ((length & ~Discarded) + HeaderBytes + 7) & ~7u;
            Volatile.Write(ref *_consumer, at);
            if (isWhole)
                return true;
        }
        fin = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_producer != null)
            _ = LibC.Unmap((nint)_producer, WriterBytes);
        if (_consumer != null)
            _ = LibC.Unmap((nint)_consumer, _page);
        if (_descriptor >= 0)
            _ = LibC.Close(_descriptor);
        _producer = null;
        _consumer = null;
        _descriptor = -1;
    }

    private nint Map(nuint bytes, int protection, long offset)
    {
        nint address = LibC.Map(0, bytes, protection, LibC.MapShared, _descriptor, offset);
        return address != LibC.MapFailed ? address : throw LibC.Failure("mapping a ring for FINs");
    }
}
