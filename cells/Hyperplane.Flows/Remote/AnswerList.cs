namespace Hyperplane.Flows.Remote;

/// <summary>Answers that came and were not looked at, in one piece of memory that is used again.</summary>
internal sealed class AnswerList
{
    private const int KeptBytes = 1_048_576;
    private readonly List<(ushort Address, Range Answer)> _all = [];
    private byte[] _bytes = new byte[16_384];
    private int _used;

    /// <summary>In the order they came; <see cref="this"/> has the bytes.</summary>
    public List<(ushort Address, Range Answer)> All => _all;

    public ReadOnlySpan<byte> this[Range range] => _bytes.AsSpan(range);

    public void Add(ushort address, ReadOnlySpan<byte> answer)
    {
        int end = _used + answer.Length;
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, end));
        answer.CopyTo(_bytes.AsSpan(_used));
        _all.Add((address, _used..end));
        _used = end;
    }

    public void Clear()
    {
        _all.Clear();
        _used = 0;
        if (_bytes.Length > KeptBytes)
            _bytes = new byte[KeptBytes];
    }
}
