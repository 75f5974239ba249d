using System.Text.Json;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Resilience;

namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary><c>lbctl nlb watch</c>: what is, and what becomes of it, until Ctrl-C.</summary>
/// <remarks>After a break it asks again and tells what is other than before.</remarks>
internal sealed class WatchCommand
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);
    private readonly Session _session;
    private readonly RetryPauses _pauses;
    private readonly Dictionary<string, JsonElement> _known = new(StringComparer.Ordinal);

    private int _breaks;

    private WatchCommand(Session session) =>
        (_session, _pauses) = (session, new RetryPauses(FirstPause, LongestPause, session.Io.Chance));

    /// <summary>The verb.</summary>
    public static Verb Build() => new(
        "watch",
        "Tell all your load balancers, then each that changes, comes or goes, a line each, until Ctrl-C",
        "nlb watch",
        (session, _) => new WatchCommand(session).RunAsync());

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                await FollowAsync();
            }
            catch (IOException lost)
            {
                _session.Screen.Note($"the watch broke off ({lost.Message}); again");
            }
            catch (Exception strange) when (strange is InvalidDataException or JsonException)
            {
                throw new CommandFailure(ExitCode.Error, $"the API's answer is no watch: {strange.Message}");
            }

            await _session.Io.PauseAsync(_pauses.After(_breaks++), _session.Interrupted);
        }
    }

    private async Task FollowAsync()
    {
        var unseen = new HashSet<string>(_known.Keys, StringComparer.Ordinal);
        await foreach (ServerEvent one in _session.Api.FollowAsync(
            $"{LoadBalancerCommands.Path}:watch", _session.Interrupted))
        {
            _breaks = 0;
            switch (one.Name)
            {
                case "state":
                    unseen.Remove(Id(one.Data));
                    Tell(one.Data);
                    break;
                case "synced":
                    foreach (string id in unseen)
                        Forget(id, _known[id]);
                    break;
                case "deleted":
                    Forget(Id(one.Data), one.Data);
                    break;
                case "cut":
                    throw Cut(one.Data);
            }
        }
    }

    private static string Id(JsonElement data) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty("id", out JsonElement id)
            ? id.ToString()
            : throw new InvalidDataException("an event of no load balancer");

    private static CommandFailure Cut(JsonElement data)
    {
        bool isSaid = data.ValueKind == JsonValueKind.Object && data.TryGetProperty("reason", out _);
        return new CommandFailure(
            ExitCode.Error,
            $"the API ended the watch ({(isSaid ? data.GetProperty("reason").ToString() : "without a reason")})");
    }

    private void Tell(JsonElement data)
    {
        if (_known.TryGetValue(Id(data), out JsonElement before) && JsonElement.DeepEquals(before, data))
            return;
        _known[Id(data)] = data;
        _session.Print.Event("state", LoadBalancer.Kind, data, Line);
    }

    private void Forget(string id, JsonElement last)
    {
        _known.Remove(id);
        _session.Print.Event("deleted", LoadBalancer.Kind, last, Line);
    }

    private static IReadOnlyList<string?> Line(LoadBalancer one) =>
        [one.Name, one.Id, one.Status.Provisioning, one.Status.Operating, $"generation={one.Generation}"];
}
