using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Applying.Reading;
using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>Asks the API what a change would make (<c>validateOnly</c>), and keeps what it refuses.</summary>
internal sealed class Rehearsal(Session session)
{
    /// <summary>Requests that the API takes at once; then so many a second as it allows a key.</summary>
    private const int AtOnce = 200;

    /// <summary>The most refusals that are told.</summary>
    private const int MaxTold = 20;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(6);

    private readonly List<(Place At, string Label, CommandFailure Failure)> _refused = [];
    private int _sent;

    /// <summary>What would be; null when the API refuses it.</summary>
    public async Task<JsonElement?> TryAsync<T>(
        Place at, string label, HttpMethod method, string path, T body, JsonTypeInfo<T> type)
    {
        if (++_sent > AtOnce)
            await session.Io.PauseAsync(Pace, session.Deadline);
        try
        {
            ApiAnswer answer = await session.Api.SendAsync(
                method, ApiPath.With(path, "validateOnly", "true"), body, type, session.Deadline);
            return answer.Json;
        }
        catch (CommandFailure refused)
        {
            _refused.Add((at, label, refused));
            return null;
        }
    }

    /// <summary>A refusal of our own: it cannot be done, whatever the API says.</summary>
    public void Refuse(Place at, string label, string message) =>
        _refused.Add((at, label, new CommandFailure(ExitCode.Error, message)));

    /// <summary>Fails when anything was refused.</summary>
    public void ThrowIfRefused()
    {
        if (_refused.Count == 0)
            return;
        ExitCode first = _refused[0].Failure.ExitCode;
        var lines = new List<string>();
        foreach ((Place at, string label, CommandFailure failure) in _refused.Take(MaxTold))
        {
            lines.Add($"{at}: {label}: {failure.Message}");
            lines.AddRange(failure.Details.Select(static detail => $"  {detail}"));
        }

        if (_refused.Count > MaxTold)
            lines.Add($"… and {_refused.Count - MaxTold} more");
        throw new CommandFailure(
            _refused.TrueForAll(one => one.Failure.ExitCode == first) ? first : ExitCode.Error,
            $"{_refused.Count} of the changes cannot be made; nothing was changed",
            lines);
    }
}
