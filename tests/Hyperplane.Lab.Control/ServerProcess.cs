using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hyperplane.Lab.Control;

/// <summary>The server's own program in one of its roles, its log lines, its memory and its CPU time.</summary>
public sealed class ServerProcess : IDisposable
{
    private const double JiffiesPerSecond = 100;
    private readonly Process _process;
    private readonly List<(int Event, string Text)> _lines = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

    /// <summary>The program itself.</summary>
    public static string Program { get; } =
        Path.Combine(Region.Root, "artifacts/publish/Hyperplane.Server/release_linux-x64/hyperplane-server");

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(string role, IReadOnlyDictionary<string, string> environment)
    {
        ProcessStartInfo info = Command.Describe(Program, "--role", role);
        foreach ((string name, string value) in environment)
            info.Environment[name] = value;
        var server = new ServerProcess(
            Process.Start(info) ?? throw new InvalidOperationException("hyperplane-server did not start"));
        server._process.ErrorDataReceived += (_, line) => server.Take(line.Data);
        server._process.BeginErrorReadLine();
        string? ready = await server._process.StandardOutput.ReadLineAsync();
        if (ready?.StartsWith("ready", StringComparison.Ordinal) == true)
            return server;
        server.Dispose();
        throw new InvalidOperationException($"hyperplane-server --role {role} is not ready: {server.LastLine}");
    }

    /// <summary>Whether it ended by itself.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>CPU time that it used, user and system.</summary>
    public double CpuSeconds
    {
        get
        {
            string[] fields = File.ReadAllText(Proc("stat")).Split(')')[^1].Split(' ');
            return (Jiffies(fields[12]) + Jiffies(fields[13])) / JiffiesPerSecond;
        }
    }

    /// <summary>The most memory that it ever had (proc(5), VmHWM), in MB of 10^6 bytes.</summary>
    public double PeakMegabytes => Status("VmHWM:");

    /// <summary>What it has now.</summary>
    public double Megabytes => Status("VmRSS:");

    /// <summary>What it logged at last.</summary>
    public string LastLine
    {
        get
        {
            lock (_gate)
                return _lines.Count > 0 ? _lines[^1].Text : "no line";
        }
    }

    /// <summary>Log lines of an event that came so far, with what was thrown.</summary>
    public string[] Lines(int eventId)
    {
        lock (_gate)
            return [.. _lines.Where(line => line.Event == eventId).Select(line => line.Text)];
    }

    /// <summary>Waits for a log line with an event's number, after those that <paramref name="seen"/> were seen
    /// of.</summary>
    public async Task<string> LineAsync(int eventId, int seen, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        while (true)
        {
            Task next;
            lock (_gate)
            {
                next = _next.Task;
                string[] found = [.. _lines.Where(line => line.Event == eventId).Select(line => line.Text)];
                if (found.Length > seen)
                    return found[seen];
            }

            await Task.WhenAny(next, Task.Delay(Timeout.InfiniteTimeSpan, limit.Token));
            if (limit.IsCancellationRequested)
                throw new TimeoutException(
                    $"hyperplane-server wrote no line of event {eventId} in {timeout.TotalSeconds:0} s: {LastLine}");
        }
    }

    /// <summary>Kills it (SIGKILL) unless it ended.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        int id = 0;
        string text = line;
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            id = document.RootElement.GetProperty("EventId").GetInt32();
            text = document.RootElement.GetProperty("Message").GetString() ?? line;
            if (document.RootElement.TryGetProperty("Exception", out JsonElement thrown))
                text = $"{text}\n{thrown.GetString()}";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            // Said before there was a log.
        }

        TaskCompletionSource told;
        lock (_gate)
        {
            _lines.Add((id, text));
            told = _next;
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        told.SetResult();
    }

    private double Status(string name)
    {
        string line = File.ReadLines(Proc("status")).First(l => l.StartsWith(name, StringComparison.Ordinal));
        string kilobytes = line[name.Length..].Replace("kB", "", StringComparison.Ordinal);
        return double.Parse(kilobytes, CultureInfo.InvariantCulture) * 1_024 / 1e6;
    }

    private string Proc(string file) => string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/{file}");

    private static double Jiffies(string field) => double.Parse(field, CultureInfo.InvariantCulture);
}
