namespace Hyperplane.Controller.Snapshots;

/// <summary>When a cell is compiled, and when all of it is read again.</summary>
/// <remarks>
/// A cell that changes all the time is compiled a tenth of the time, and not more than half a second after a change:
/// its cost has a limit whatever tenants do. Every so often a cell is read whole, each at a time of its own, in case a
/// change was not told; and at once when changes may have been forgotten before they were seen.
/// </remarks>
internal sealed class CellPace
{
    private const int PauseForWork = 9;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);
    private readonly TimeProvider _time;
    private readonly TimeSpan _wholeInterval;
    private readonly double _phase;
    private long _notBefore;
    private long _wholeAt;
    private long? _sureAt;

    /// <param name="cell">The cell's name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="wholeInterval">How often the cell is read whole, and how long changes are remembered.</param>
    public CellPace(string cell, TimeProvider time, TimeSpan wholeInterval)
    {
        _phase = (uint)cell.GetHashCode(StringComparison.Ordinal) / (double)uint.MaxValue;
        _time = time;
        _wholeInterval = wholeInterval;
        _notBefore = time.GetTimestamp();
    }

    /// <summary>How long it must not be compiled yet; 0 when it may.</summary>
    public TimeSpan Pause
    {
        get
        {
            TimeSpan pause = _time.GetElapsedTime(_time.GetTimestamp(), _notBefore);
            return pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
        }
    }

    /// <summary>Whether all of it has to be read.</summary>
    public bool IsWholeDue => _sureAt is not { } sure
        || _time.GetElapsedTime(sure) >= _wholeInterval / 2
        || _time.GetTimestamp() >= _wholeAt;

    /// <summary>At this time nothing was there that is not compiled.</summary>
    public void MarkSure(long at) => _sureAt = at;

    /// <summary>It was compiled.</summary>
    /// <param name="began">When, by the clock's timestamp.</param>
    /// <param name="whole">Whether all was read.</param>
    public void MarkCompiled(long began, bool whole)
    {
        TimeSpan pause = _time.GetElapsedTime(began) * PauseForWork;
        _notBefore = After(_time.GetTimestamp(), pause < LongestPause ? pause : LongestPause);
        // All cells begin at the same moment, and each goes on at one of its own.
        if (whole)
            _wholeAt = After(began, _sureAt is null ? _wholeInterval * _phase : _wholeInterval);
        _sureAt = began;
    }

    private long After(long at, TimeSpan pause) => at + (long)(pause.TotalSeconds * _time.TimestampFrequency);
}
