using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>A map of a loaded program; lives as long as its <see cref="BpfObject"/>.</summary>
/// <remarks>Every call is one system call, allocates nothing, and answers 0 or −errno. Safe from any thread.</remarks>
internal sealed unsafe class BpfMap
{
    private readonly int _keyBytes;

    public BpfMap(string name, nint map)
    {
        Name = name;
        Descriptor = LibBpf.MapDescriptor(map);
        MaxEntries = checked((int)LibBpf.MaxEntries(map));
        _keyBytes = checked((int)LibBpf.KeyBytes(map));
        ValueBytes = checked((int)LibBpf.ValueBytes(map));
    }

    /// <summary>As in the program's source.</summary>
    public string Name { get; }

    /// <summary>The kernel's handle.</summary>
    public int Descriptor { get; }

    /// <summary>Entries it can hold.</summary>
    public int MaxEntries { get; }

    /// <summary>Length of a value.</summary>
    public int ValueBytes { get; }

    /// <summary>Puts an entry in, replacing one of the same key; −E2BIG (−7) when full.</summary>
    public int Update<TKey, TValue>(in TKey key, in TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        Debug.Assert(sizeof(TKey) == _keyBytes && sizeof(TValue) == ValueBytes);
        // SAFETY: both are pinned for the call and as large as the map's key and value.
        fixed (TKey* keyPointer = &key)
        fixed (TValue* valuePointer = &value)
            return LibBpf.Update(Descriptor, keyPointer, valuePointer, 0);
    }

    /// <summary>Puts entries in, in order, up to the first that the full map refuses; how many are in.</summary>
    public int UpdateBatch<TKey, TValue>(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        const int Full = -7;
        if (values.Length != keys.Length)
            throw new ArgumentException("needs as many values as keys", nameof(values));
        Debug.Assert(sizeof(TKey) == _keyBytes && sizeof(TValue) == ValueBytes);
        uint count = (uint)keys.Length;
        // SAFETY: both are pinned for the call, as many and as large as the map's keys and values.
        fixed (TKey* keyPointer = keys)
        fixed (TValue* valuePointer = values)
        {
            // Any other error comes before the first entry, and tells no count.
            return LibBpf.UpdateBatch(Descriptor, keyPointer, valuePointer, &count, null) is 0 or Full ? (int)count : 0;
        }
    }

    /// <summary>Copies an entry out; −ENOENT (−2) when there is none.</summary>
    public int Lookup<TKey, TValue>(in TKey key, out TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        Debug.Assert(sizeof(TKey) == _keyBytes && sizeof(TValue) == ValueBytes);
        Unsafe.SkipInit(out value);
        // SAFETY: both are pinned for the call and as large as the map's key and value; on failure the value is
        // cleared below.
        fixed (TKey* keyPointer = &key)
        fixed (TValue* valuePointer = &value)
        {
            int error = LibBpf.Lookup(Descriptor, keyPointer, valuePointer);
            if (error != 0)
                value = default;
            return error;
        }
    }

    /// <summary>Copies the values of every CPU out, one after the other.</summary>
    /// <param name="index">The entry.</param>
    /// <param name="words">Room for the 64-bit words of all possible CPUs.</param>
    /// <param name="wordsPerCpu">Words of one value.</param>
    public int LookupPerCpu(int index, Span<ulong> words, int wordsPerCpu)
    {
        int wantedWords = ValueBytes / sizeof(ulong);
        ArgumentOutOfRangeException.ThrowIfNotEqual(wordsPerCpu, wantedWords);
        if (words.Length != wantedWords * LibBpf.PossibleCpuCount())
            throw new ArgumentException("needs the words of all possible CPUs", nameof(words));
        // SAFETY: the kernel writes value size × possible CPUs, which is the span's length as checked above.
        fixed (ulong* values = words)
            return LibBpf.Lookup(Descriptor, &index, values);
    }

    /// <summary>Takes an entry out; −ENOENT (−2) when it was not there.</summary>
    public int Delete<TKey>(in TKey key)
        where TKey : unmanaged
    {
        Debug.Assert(sizeof(TKey) == _keyBytes);
        // SAFETY: pinned for the call and as large as the map's key.
        fixed (TKey* keyPointer = &key)
            return LibBpf.Delete(Descriptor, keyPointer);
    }

    /// <summary>Copies up to <paramref name="keys"/>.Length entries out; false when these were the last ones.</summary>
    /// <param name="cursor">Where to go on; −1 starts anew.</param>
    /// <param name="keys">Room for keys.</param>
    /// <param name="values">Room for as many values.</param>
    /// <param name="count">Entries copied; the last batch counts too.</param>
    /// <param name="error">0, or −errno: −ENOSPC (−28) when a hash bucket does not fit into the room.</param>
    public bool LookupBatch<TKey, TValue>(
        ref long cursor, Span<TKey> keys, Span<TValue> values, out int count, out int error)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        if (values.Length != keys.Length)
            throw new ArgumentException("needs room for as many values as keys", nameof(values));
        Debug.Assert(sizeof(TValue) == ValueBytes);
        // SAFETY: pinned for the call; as many values as keys, each as large as the map's.
        fixed (TValue* valuePointer = values)
            return LookupBatch(ref cursor, keys, valuePointer, out count, out error);
    }

    /// <summary>The same of a map with a value for each CPU: the 64-bit words of all possible CPUs, key by
    /// key.</summary>
    public bool LookupPerCpuBatch<TKey>(
        ref long cursor, Span<TKey> keys, Span<ulong> words, out int count, out int error)
        where TKey : unmanaged
    {
        if (words.Length != keys.Length * (ValueBytes / sizeof(ulong)) * LibBpf.PossibleCpuCount())
            throw new ArgumentException("needs the words of all possible CPUs for each key", nameof(words));
        // SAFETY: pinned for the call; the kernel writes value size × possible CPUs a key, as checked above.
        fixed (ulong* wordPointer = words)
            return LookupBatch(ref cursor, keys, wordPointer, out count, out error);
    }

    private bool LookupBatch<TKey>(ref long cursor, Span<TKey> keys, void* values, out int count, out int error)
        where TKey : unmanaged
    {
        const int NoEntry = -2;
        Debug.Assert(sizeof(TKey) == _keyBytes);
        uint batch = (uint)keys.Length;
        long next = 0;
        long previous = cursor;
        // SAFETY: the kernel writes at most `batch` keys, as many values, for which the caller has room, and a cursor
        // of 4 bytes (hash map) into 8.
        fixed (TKey* keyPointer = keys)
        {
            error = LibBpf.LookupBatch(
                Descriptor, previous < 0 ? null : &previous, &next, keyPointer, values, &batch, null);
        }

        bool last = error == NoEntry;
        error = last ? 0 : error;
        count = error == 0 ? (int)batch : 0;
        cursor = next;
        return !last && error == 0;
    }
}
