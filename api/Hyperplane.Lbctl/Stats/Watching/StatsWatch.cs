using System.Text.Json;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Output;
using Hyperplane.Lbctl.Waiting;

namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>Reads counters again and again, until Ctrl-C, which is its proper end.</summary>
internal sealed class StatsWatch
{
    /// <summary>So many readings in a row may fail: a server that starts anew is no reason to stop.</summary>
    private const int MaxFailures = 5;

    private readonly Session _session;
    private readonly string _path;
    private readonly TimeSpan _interval;
    private readonly Dashboard _dashboard;
    private readonly Meter _meter = new();
    private Picture? _last;
    private int _failures;
    private bool _hasHeader;

    /// <param name="session">The command.</param>
    /// <param name="label">Whose counters.</param>
    /// <param name="path">The resource; its counters are below it.</param>
    /// <param name="intervalSeconds">Between two readings.</param>
    public StatsWatch(Session session, string label, string path, int intervalSeconds)
    {
        (_session, _path, _interval) = (session, path, TimeSpan.FromSeconds(intervalSeconds));
        _dashboard = new Dashboard(label, intervalSeconds, session.Screen.HasColours);
    }

    private bool IsLive =>
        _session.Print.IsTable && _session.Io.OutputIsTerminal && _session.Io.Variable("TERM") != "dumb";

    /// <summary>All of it; the deadline of other commands is not for this one.</summary>
    public async Task RunAsync()
    {
        using LiveScreen? live = IsLive ? new LiveScreen(_session.Io, _session.Screen) : null;
        try
        {
            while (true)
            {
                (Picture? picture, string? note) = await ReadAsync();
                Task pause = _session.Io.PauseAsync(_interval, _session.Interrupted);
                if (live is not null)
                    await live.ShowAsync((width, height) => _dashboard.Lines(_last, note, width, height), pause);
                else
                    Tell(picture, note);
                await pause;
            }
        }
        catch (OperationCanceledException) when (_session.Interrupted.IsCancellationRequested)
        {
            // Ctrl-C is how it ends.
        }
    }

    private async Task<(Picture? Picture, string? Note)> ReadAsync()
    {
        try
        {
            ApiAnswer resource = await _session.Api.GetAsync(_path, _session.Interrupted);
            ApiAnswer counters = await _session.Api.GetAsync($"{_path}/stats", _session.Interrupted);
            Picture? picture = _meter.Take(counters.Read(WireJson.Default.Stats).Value, Health(resource.Json));
            _failures = 0;
            _last = picture ?? _last;
            return (picture, null);
        }
        catch (CommandFailure failure) when (failure.ExitCode == ExitCode.Error && _failures < MaxFailures)
        {
            _failures++;
            return (null, $"no reading: {failure.Message}");
        }
    }

    private void Tell(Picture? picture, string? note)
    {
        if (note is not null)
            _session.Screen.Note(note);
        if (picture is null)
            return;
        if (_session.Print.IsTable)
        {
            if (!_hasHeader)
                _session.Screen.Print(PictureLine.Header);
            _hasHeader = true;
            _session.Screen.Print(PictureLine.Of(picture));
        }
        else
        {
            _session.Print.Line(PictureJson.Of(picture));
        }
    }

    /// <summary>What both axes of its status say.</summary>
    private static string Health(JsonElement resource)
    {
        if (resource.ValueKind != JsonValueKind.Object || !resource.TryGetProperty("status", out JsonElement json)
            || json.ValueKind != JsonValueKind.Object)
            return "-";
        ResourceStatus? status = json.Deserialize(WireJson.Default.ResourceStatus);
        return string.Join(' ', new[] { status?.Provisioning, status?.Operating }.OfType<string>());
    }
}
