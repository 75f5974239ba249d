using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Waiting;

namespace Hyperplane.Lbctl.Targets;

/// <summary>Waits until registered targets have been judged.</summary>
internal static class TargetWait
{
    /// <summary>Looks until none of <paramref name="registered"/> is <c>initial</c>, or the deadline comes.</summary>
    /// <param name="session">The command.</param>
    /// <param name="path">The group's targets.</param>
    /// <param name="registered">As the API accepted them.</param>
    public static Task<Waited<IReadOnlyList<Resource<Target>>>> UntilKnownAsync(
        Session session, string path, IReadOnlyList<Resource<Target>> registered)
    {
        if (!registered.Any(IsInitial))
            return Task.FromResult(new Waited<IReadOnlyList<Resource<Target>>>(registered, Failure: null));
        string announcement = $"waiting until {registered.Count} {Noun(registered.Count)} checked "
            + $"(at most {session.Settings.Timeout.TotalSeconds} s)";
        return session.Progress.RunAsync(announcement, tell => PollAsync(session, path, registered, tell));
    }

    private static async Task<Waited<IReadOnlyList<Resource<Target>>>> PollAsync(
        Session session, string path, IReadOnlyList<Resource<Target>> registered, Action<string> tell)
    {
        HashSet<string> names = [.. registered.Select(static one => Target.Kind.Name(one.Value))];
        IReadOnlyList<Resource<Target>> last = registered;
        long started = session.Io.Time.GetTimestamp();
        var pause = new PollPause(session.Io);
        try
        {
            while (true)
            {
                tell(Describe(last, session.Io.Time.GetElapsedTime(started)));
                IReadOnlyList<Resource<Target>> all =
                    await session.Catalogue.ListAsync(Target.Kind, path, session.Deadline);
                last = [.. all.Where(one => names.Contains(Target.Kind.Name(one.Value)))];
                if (!last.Any(IsInitial))
                    return new(last, Failure: null);
                await pause.PauseAsync(session.Deadline);
            }
        }
        catch (OperationCanceledException) when (!session.Interrupted.IsCancellationRequested)
        {
            return new(last, TimedOut(last, session.Settings.Timeout));
        }
    }

    private static string Describe(IReadOnlyList<Resource<Target>> targets, TimeSpan elapsed)
    {
        IEnumerable<string> states = targets
            .CountBy(static one => one.Value.State)
            .OrderBy(static one => one.Key, StringComparer.Ordinal)
            .Select(static one => $"{one.Value} {one.Key}");
        return string.Create(
            CultureInfo.InvariantCulture, $"targets: {string.Join(", ", states)} · {elapsed.TotalSeconds:0.0} s");
    }

    private static CommandFailure TimedOut(IReadOnlyList<Resource<Target>> last, TimeSpan timeout)
    {
        int left = last.Count(IsInitial);
        string message = string.Create(
            CultureInfo.InvariantCulture,
            $"{left} of {last.Count} {Noun(left)} not checked yet after {timeout.TotalSeconds} s");
        return new CommandFailure(ExitCode.Timeout, message);
    }

    private static string Noun(int count) => count == 1 ? "target is" : "targets are";

    private static bool IsInitial(Resource<Target> target) => target.Value.State == Target.Initial;
}
