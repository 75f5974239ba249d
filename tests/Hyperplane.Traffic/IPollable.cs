namespace Hyperplane.Traffic;

/// <summary>What the poller wakes.</summary>
internal interface IPollable
{
    /// <summary>Readable, writable or broken: <paramref name="events"/> are epoll's bits.</summary>
    void OnReady(uint events);
}
