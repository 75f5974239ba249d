namespace Hyperplane.Bfd;

/// <summary>Calls what is not ours: what it does wrong is counted and must not end the thread.</summary>
internal sealed class CallbackGuard(BfdCallbacks callbacks)
{
    /// <summary>Times a callback threw.</summary>
    public long Failures { get; private set; }

    public bool IsFresh(long nowNs)
    {
        try
        {
            return callbacks.IsFresh(nowNs);
        }
        catch (Exception)
        {
            Failures++;
            return false;
        }
    }

    public void Changed(in BfdChange change)
    {
        try
        {
            callbacks.Changed?.Invoke(change);
        }
        catch (Exception)
        {
            Failures++;
        }
    }

    public void Gap(long gapNs)
    {
        try
        {
            callbacks.Gap?.Invoke(gapNs);
        }
        catch (Exception)
        {
            Failures++;
        }
    }
}
