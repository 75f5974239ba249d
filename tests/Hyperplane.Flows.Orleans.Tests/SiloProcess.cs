using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Flows.Orleans.Tests;

/// <summary>A flow-silo on the loopback, as an operator starts it.</summary>
internal sealed class SiloProcess : IDisposable
{
    private static int _silos;

    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("flow-silo-test-");
    private Process _process;

    /// <summary>Each has an address of its own: replicas tell by it where they live.</summary>
    private SiloProcess(string cell, string database)
    {
        Address = new IPAddress([127, 0, 1, (byte)Interlocked.Increment(ref _silos)]);
        File.WriteAllText(Config, JsonSerializer.Serialize(new
        {
            cell, database, address = Address.ToString(), siloPort = FreePort(), socket = Socket,
        }));
        _process = Begin();
    }

    /// <summary>Where other silos connect.</summary>
    public IPAddress Address { get; }

    /// <summary>Where an agent connects.</summary>
    public string Socket => Path.Combine(_directory.FullName, "silo.sock");

    private string Config => Path.Combine(_directory.FullName, "silo.json");

    /// <summary>Starts some at once, and waits until all are ready.</summary>
    public static SiloProcess[] Start(int count, string cell, string database)
    {
        SiloProcess[] silos = [.. Enumerable.Range(0, count).Select(_ => new SiloProcess(cell, database))];
        try
        {
            foreach (SiloProcess silo in silos)
                silo.WaitUntilReady();
            return silos;
        }
        catch
        {
            foreach (SiloProcess silo in silos)
                silo.Dispose();
            throw;
        }
    }

    /// <summary>Starts one with this configuration, and waits for its end.</summary>
    public static (int ExitCode, string Error) Try(string json)
    {
        string config = Path.GetTempFileName();
        try
        {
            File.WriteAllText(config, json);
            (int exitCode, _, string error) = Command.Try(TimeSpan.FromSeconds(60), Program(), "--config", config);
            return (exitCode, error);
        }
        finally
        {
            File.Delete(config);
        }
    }

    /// <summary>Starts it again after its end, and waits until it is ready.</summary>
    public void Restart()
    {
        _process.Dispose();
        _process = Begin();
        WaitUntilReady();
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public int Stop()
    {
        Command.Run("kill", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture));
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private Process Begin()
    {
        Process process = Command.Start(Program(), "--config", Config);
        process.ErrorDataReceived += static (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginErrorReadLine();
        return process;
    }

    private void WaitUntilReady()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                _ = _process.StandardOutput.ReadToEndAsync();
                return;
            }
        }
        throw new InvalidOperationException("a flow-silo ended before it was ready");
    }

    private static string Program() => Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../Hyperplane.Flows.Silo/release/flow-silo"));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
