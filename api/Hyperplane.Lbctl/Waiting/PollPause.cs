namespace Hyperplane.Lbctl.Waiting;

/// <summary>The pause between two looks at something that did not change: 25 ms that grow to 250 ms.</summary>
internal sealed class PollPause(CommandIo io)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);

    private TimeSpan _next = First;

    /// <summary>Pauses, the longer the more often it was called.</summary>
    public async Task PauseAsync(CancellationToken cancel)
    {
        TimeSpan pause = _next;
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        await io.PauseAsync(pause, cancel);
    }
}
