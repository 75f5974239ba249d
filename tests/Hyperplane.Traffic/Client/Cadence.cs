namespace Hyperplane.Traffic.Client;

/// <summary>Gives each of N members its turn once a period, evenly staggered.</summary>
/// <remarks>Turns that were missed by more than a period are left out: a late client does not make a burst.</remarks>
/// <param name="members">How many.</param>
/// <param name="periodNs">Nanoseconds between two turns of one member.</param>
internal sealed class Cadence(int members, long periodNs)
{
    private readonly double _stepNs = members == 0 ? 0 : (double)periodNs / members;
    private long _startNs;
    private long _turns;

    public void Start(long nowNs)
    {
        _startNs = nowNs;
        _turns = 0;
    }

    /// <summary>The next member whose turn has come, or −1.</summary>
    public int Next(long nowNs)
    {
        if (members == 0)
            return -1;
        long due = _startNs + (long)(_turns * _stepNs);
        if (due > nowNs)
            return -1;
        if (nowNs - due > periodNs)
            _turns += (long)((nowNs - due) / _stepNs);
        return (int)(_turns++ % members);
    }
}
