using System.Numerics;

namespace Hyperplane.Dataplane.Directory;

/// <summary>A bounded queue from one thread to one other; no lock, no allocation.</summary>
/// <remarks>Each side keeps its own index and a stale copy of the other's on its own cache line, and looks at the
/// shared one only when the copy says full or empty.</remarks>
public sealed class FlowRing<T>
    where T : unmanaged
{
    private readonly T[] _items;
    private readonly long _mask;
    private FlowRingSide _reader;
    private FlowRingSide _writer;

    /// <summary>With room for a power of two of items.</summary>
    public FlowRing(int capacity)
    {
        if (capacity < 2 || !BitOperations.IsPow2(capacity))
            throw new ArgumentOutOfRangeException(nameof(capacity), "a power of two");
        _items = new T[capacity];
        _mask = capacity - 1;
    }

    /// <summary>Whether nothing waits; by the reader.</summary>
    public bool IsEmpty => _reader.Own == Volatile.Read(ref _writer.Own);

    /// <summary>Items that wait; by either side, a moment ago.</summary>
    public int Count => (int)(Volatile.Read(ref _writer.Own) - Volatile.Read(ref _reader.Own));

    /// <summary>Adds one; false when full. By the writer.</summary>
    public bool TryWrite(in T item)
    {
        long index = _writer.Own;
        if (index - _writer.Other > _mask)
        {
            _writer.Other = Volatile.Read(ref _reader.Own);
            if (index - _writer.Other > _mask)
                return false;
        }
        _items[index & _mask] = item;
        Volatile.Write(ref _writer.Own, index + 1);
        return true;
    }

    /// <summary>Takes one; false when empty. By the reader.</summary>
    public bool TryRead(out T item)
    {
        long index = _reader.Own;
        if (index == _reader.Other)
        {
            _reader.Other = Volatile.Read(ref _writer.Own);
            if (index == _reader.Other)
            {
                item = default;
                return false;
            }
        }
        item = _items[index & _mask];
        Volatile.Write(ref _reader.Own, index + 1);
        return true;
    }
}
