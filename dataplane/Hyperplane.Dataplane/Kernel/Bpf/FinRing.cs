using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>Reads the FINs that the XDP program forwarded from its ring: one reader, no system call.</summary>
/// <remarks>Layout of <c>BPF_MAP_TYPE_RINGBUF</c> (kernel/bpf/ringbuf.c): a page with the reader's position, one with
/// the writer's, then the records twice over, so that each lies in one piece. A record is 4 bytes of length with two
/// flag bits, 4 of the kernel's own, then the body, to the next multiple of 8.</remarks>
internal sealed unsafe class FinRing : IDisposable
{
    private const uint Busy = 1u << 31;
    private const uint Discarded = 1u << 30;
    private const int HeaderBytes = 8;

    private readonly BpfMap _map;
    private readonly nuint _page = (nuint)Environment.SystemPageSize;
    private long* _consumer;
    private long* _producer;

    public FinRing(BpfMap map)
    {
        _map = map;
        _consumer = (long*)Map(_page, LibC.ProtectionReadWrite, 0);
        try
        {
            _producer = (long*)Map(WriterBytes, LibC.ProtectionRead, (long)_page);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private nuint WriterBytes => _page + (2 * (nuint)_map.MaxEntries);

    /// <summary>The next one; false when there is none, or when it is still being written.</summary>
    public bool TryTake(out FlowFin fin)
    {
        // SAFETY: both pages are mapped until Dispose; positions only grow, and only this reader moves the first.
        long at = *_consumer;
        while (at < Volatile.Read(ref *_producer))
        {
            byte* record = (byte*)_producer + _page + (at & (_map.MaxEntries - 1));
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
        _producer = null;
        _consumer = null;
    }

    private nint Map(nuint bytes, int protection, long offset)
    {
        nint address = LibC.Map(0, bytes, protection, LibC.MapShared, _map.Descriptor, offset);
        return address != LibC.MapFailed ? address : throw LibC.Failure($"mapping the BPF map {_map.Name}");
    }
}
