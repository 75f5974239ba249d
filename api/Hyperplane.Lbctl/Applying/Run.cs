using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Applying.Planning;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.LoadBalancers;
using Hyperplane.Lbctl.Targets;
using Hyperplane.Lbctl.Waiting;

namespace Hyperplane.Lbctl.Applying;

/// <summary>Makes the changes of a plan, one after the other, then waits until they are in force.</summary>
internal sealed class Run(Session session, Plan plan, KnownIds ids)
{
    private const int MaxTold = 20;

    private readonly Applied _applied = new(session, ids);
    private int _done;

    /// <summary>All of it; fails at the first step that does, telling what was done and what was not.</summary>
    public async Task RunAsync()
    {
        try
        {
            string announcement = $"making {plan.Changes.Count} changes";
            await session.Progress.RunAsync(announcement, SendAsync);
        }
        catch (CommandFailure failure)
        {
            throw Broken(failure.ExitCode, failure.Message, failure.Details);
        }
        catch (OperationCanceledException) when (session.Interrupted.IsCancellationRequested)
        {
            throw Broken(ExitCode.Interrupted, "interrupted", ["it may have been accepted all the same"]);
        }
        catch (OperationCanceledException)
        {
            throw Broken(
                ExitCode.Timeout,
                string.Create(
                    CultureInfo.InvariantCulture, $"no answer within {session.Settings.Timeout.TotalSeconds} s"),
                ["it may have been accepted all the same"]);
        }

        CommandFailure? late = session.Settings.Wait ? await WaitAsync() : null;
        Tell();
        if (late is not null)
            throw late;
    }

    private async Task<bool> SendAsync(Action<string> tell)
    {
        foreach ((int index, Step step) in plan.Steps.Index())
        {
            tell(string.Create(
                CultureInfo.InvariantCulture, $"change {index + 1} of {plan.Steps.Count} · {step.Label}"));
            await step.SendAsync(_applied);
            _done++;
            if (!session.Progress.IsLive)
                session.Screen.Note($"done: {step.Label}");
        }

        return true;
    }

    /// <summary>Waits for all; what came too late, or failed, first.</summary>
    private async Task<CommandFailure?> WaitAsync()
    {
        CommandFailure? first = null;
        foreach (string id in _applied.LoadBalancers)
        {
            string path = ApiPath.Of("load-balancers", id);
            Waited<Resource<LoadBalancer>> waited = await session.Provisioning.UntilActiveAsync(
                LoadBalancer.Kind, path, isHeld: true,
                (await session.Api.GetAsync(path, session.Deadline)).Read(LoadBalancer.Kind.Type));
            first ??= waited.Failure;
        }

        foreach ((string path, IReadOnlyList<Resource<Target>> targets) in _applied.Registered)
            first ??= (await TargetWait.UntilKnownAsync(session, path, targets)).Failure;
        return first;
    }

    private void Tell()
    {
        if (session.Print.IsTable)
            session.Screen.Print($"done: {plan.DoneSummary}");
        else
            session.Print.Plain(PlanJson.Of(plan, _done));
    }

    private CommandFailure Broken(ExitCode code, string message, IReadOnlyList<string> details)
    {
        if (!session.Print.IsTable)
            session.Print.Plain(PlanJson.Of(plan, _done));
        return new CommandFailure(code, $"{plan.Steps[_done].Label}: {message}",
        [
            .. details,
            .. Told("done", plan.Steps.Take(_done)),
            .. Told("not done", plan.Steps.Skip(_done)),
            "applying the same file again goes on from here",
        ]);
    }

    private static IEnumerable<string> Told(string state, IEnumerable<Step> steps)
    {
        string[] labels = [.. steps.Select(static step => step.Label)];
        if (labels.Length == 0)
            return [$"{state}: nothing"];
        return labels.Length > MaxTold
            ? [.. labels.Take(MaxTold).Select(label => $"{state}: {label}"), $"… and {labels.Length - MaxTold} more"]
            : labels.Select(label => $"{state}: {label}");
    }
}
