using System.Buffers.Binary;

namespace Hyperplane.Flows.Calls;

/// <summary>Takes a stream of bytes apart into frames, see <see cref="CallFrames"/>.</summary>
/// <remarks>Memory is taken once, for a few of the longest frames.</remarks>
/// <param name="longestBody">Bytes; a longer one is a defect.</param>
public sealed class CallReader(int longestBody)
{
    private readonly byte[] _bytes = new byte[2 * (CallFrames.HeaderBytes + longestBody)];
    private int _first;
    private int _end;

    /// <summary>Why nothing more can be read from this stream; null while it can.</summary>
    public string? Defect { get; private set; }

    /// <summary>Where the next bytes of the stream go; empty only while whole frames wait to be read.</summary>
    public Memory<byte> Space
    {
        get
        {
            if (_first > 0)
            {
                _bytes.AsSpan(_first.._end).CopyTo(_bytes);
                (_first, _end) = (0, _end - _first);
            }
            return _bytes.AsMemory(_end);
        }
    }

    /// <summary>So many bytes were put into <see cref="Space"/>.</summary>
    public void Add(int bytes) => _end += bytes;

    /// <summary>The next whole frame.</summary>
    /// <param name="address">Which replica, or <see cref="CallFrames.Hello"/>.</param>
    /// <param name="body">Valid until <see cref="Space"/> is used.</param>
    public bool TryRead(out ushort address, out ReadOnlySpan<byte> body)
    {
        address = 0;
        body = default;
        ReadOnlySpan<byte> rest = _bytes.AsSpan(_first.._end);
        if (Defect is not null || rest.Length < CallFrames.HeaderBytes)
            return false;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(rest[6..]);
        if (version != CallFrames.Version)
            Defect = $"version {version} is spoken, not {CallFrames.Version}";
        else if (length > longestBody)
            Defect = $"a frame of {length} bytes, more than {longestBody}";
        if (Defect is not null || rest.Length - CallFrames.HeaderBytes < length)
            return false;
        address = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
        body = rest.Slice(CallFrames.HeaderBytes, (int)length);
        _first += CallFrames.HeaderBytes + (int)length;
        return true;
    }

    /// <summary>Begins with another stream.</summary>
    public void Clear() => (_first, _end, Defect) = (0, 0, null);
}
