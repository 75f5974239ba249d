using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hyperplane.Agent.Configuration;
using Hyperplane.Agent.Enrolment;
using Hyperplane.Agent.Runtime;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Kernel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Hyperplane.Agent.Hosting;

/// <summary>The process around an agent: command line, configuration, logs, signals, exit code.</summary>
/// <remarks>Exit 0: a planned stop that drained; 1: it could not go on, or was told twice to end; 2: bad command line
/// or configuration; 3: the kernel does not take the XDP program, or its socket.</remarks>
public static class AgentProcess
{
    /// <summary>A planned stop.</summary>
    public const int Stopped = 0;

    /// <summary>It could not go on.</summary>
    public const int Failed = 1;

    /// <summary>Bad command line or configuration.</summary>
    public const int BadConfiguration = 2;

    /// <summary>No XDP program, no AF_XDP socket: nothing was announced.</summary>
    public const int NoDataplane = 3;

    private static readonly TimeSpan OneStop = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs to the end.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        if (AgentArguments.Read(arguments) is not { } parsed)
        {
            await error.WriteLineAsync(AgentArguments.Usage);
            return BadConfiguration;
        }

        (AgentConfig? config, string key, IReadOnlyList<string> errors) = ReadConfiguration(parsed.ConfigPath);
        if (config is null)
        {
            foreach (string line in errors)
                await error.WriteLineAsync($"{parsed.ConfigPath}: {line}");
            return BadConfiguration;
        }

        using ILoggerFactory loggers = LoggerFactory.Create(logging => AddConsole(logging, parsed.JsonLog));
        if (DataplaneHost.MissingRights() is { } missing)
        {
            AgentLog.Fatal(loggers.CreateLogger("Hyperplane.Agent"), $"the dataplane cannot start: {missing}");
            return NoDataplane;
        }
        return await RunAsync(config, parsed.XdpMode, key, loggers, output);
    }

    private static async Task<int> RunAsync(
        AgentConfig config, XdpMode mode, string key, ILoggerFactory loggers, TextWriter output)
    {
        TimeProvider time = TimeProvider.System;
        var random = new Random(RandomNumberGenerator.GetInt32(int.MaxValue));
        ILogger log = loggers.CreateLogger("Hyperplane.Agent");
        int places = FileBudget.Take(log);
        long firstSignal = 0;
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        try
        {
            var enrolment = new EnrolmentConfig(
                config.Cell, config.Node, config.Controller, config.EnrolmentTokenFile, config.StateDirectory);
            var calls = new ControllerCalls(time);
            using var keeper = new CredentialKeeper(enrolment, calls, time, new Random(random.Next()), log);
            using var control = new GrpcCellControl(config.Controller, keeper, time);
            using var end = new CancellationTokenSource();
            Task keeping = keeper.RunAsync(end.Token);
            while (!await RunOnceAsync(
                start => new MachineParts(config, key, start, loggers, time, random)
                {
                    XdpMode = mode, ProbePlaces = places,
                },
                config, control, calls, log, random, output, stop.Token))
            {
                // It slept; what other nodes did meanwhile it learns as after any start.
            }
            await end.CancelAsync();
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return Stopped;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PartException)
        {
            AgentLog.Fatal(log, e.Message);
            return Failed;
        }
        catch (NoDataplaneException e)
        {
            AgentLog.Fatal(log, e.Message);
            return NoDataplane;
        }

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            long now = time.GetTimestamp();
            if (Interlocked.CompareExchange(ref firstSignal, now, 0) is var first and not 0)
            {
                // One stop may arrive twice: from the parent and through the process group.
                if (time.GetElapsedTime(first, now) > OneStop)
                    Environment.Exit(Failed);
                return;
            }

            stop.Cancel();
        }
    }

    /// <summary>One incarnation; false when it slept and everything must begin anew.</summary>
    private static async Task<bool> RunOnceAsync(
        Func<ulong, MachineParts> make, AgentConfig config, GrpcCellControl control, ControllerCalls calls,
        ILogger log, Random random, TextWriter output, CancellationToken stop)
    {
        TimeProvider time = TimeProvider.System;
        ulong start = (ulong)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        AgentLog.Starting(log, config.Cell, config.Node, start);
        try
        {
            await new AgentHost(config, make(start), control, calls, time, random, log, output).RunAsync(start, stop);
            return true;
        }
        catch (SleptException e)
        {
            AgentLog.StartsAnew(log, e.Message);
            return stop.IsCancellationRequested;
        }
    }

    private static (AgentConfig? Config, string Key, IReadOnlyList<string> Errors) ReadConfiguration(string path)
    {
        try
        {
            if (new FileInfo(path).Length > 1024 * 1024)
                return (null, "", ["more than 1 MiB"]);
            (AgentConfig? config, IReadOnlyList<string> errors) = AgentConfigReader.Read(File.ReadAllBytes(path));
            if (config is null)
                return (null, "", errors);
            (string key, string? error) = CellKey.Read(config.CellKeyFile);
            return error is null ? (config, key, []) : (null, "", [error]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, "", [e.Message]);
        }
    }

    private static void SetSimpleFormat(SimpleConsoleFormatterOptions format)
    {
        format.SingleLine = true;
        format.TimestampFormat = "HH:mm:ss.fff ";
        format.UseUtcTimestamp = true;
    }

    private static void AddConsole(ILoggingBuilder logging, bool json)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (json)
            logging.AddJsonConsole(format => (format.UseUtcTimestamp, format.TimestampFormat) = (true, "O"));
        else
            logging.AddSimpleConsole(SetSimpleFormat);
    }
}
