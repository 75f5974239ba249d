using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Lab;
using Hyperplane.Rpc.Tests.Hosting;

namespace Hyperplane.Rpc.Tests.Peers;

/// <summary>Debian's grpcio: a gRPC that nobody here wrote.</summary>
public sealed class PythonPeer : IAsyncDisposable
{
    /// <summary>What the skipped test says.</summary>
    public const string Reason = "needs Debian's python3-grpcio, python3-protobuf and protobuf-compiler";

    private const string Python = "/usr/bin/python3";
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "Peers");
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hprpcpy");
    private X509Certificate2? _certificate;
    private Process? _server;

    public PythonPeer()
    {
        Command.Run("/usr/bin/protoc", $"-I{AppContext.BaseDirectory}", $"--python_out={_directory}", "echo.proto");
        foreach (string script in Directory.EnumerateFiles(Scripts, "*.py"))
            File.Copy(script, Path.Combine(_directory.FullName, Path.GetFileName(script)));
    }

    /// <summary>Whether all of it is installed.</summary>
    public static bool IsInstalled { get; } = File.Exists(Python) && File.Exists("/usr/bin/protoc")
        && Command.Try(TimeSpan.FromSeconds(60), Python, "-c", "import grpc, google.protobuf").ExitCode == 0;

    /// <summary>Runs all scenarios of the client; gives what it printed.</summary>
    public string[] RunClient(TestServer server)
    {
        string address = server.Address[(server.Address.IndexOf("//", StringComparison.Ordinal) + 2)..];
        string[] arguments = [Path.Combine(_directory.FullName, "echo_client.py"),
            server.Address.StartsWith("unix:", StringComparison.Ordinal) ? server.Address : address];
        if (server.CertificatePath is { } certificate)
            arguments = [.. arguments, certificate];
        (int exitCode, string output, string error) = Command.Try(TimeSpan.FromSeconds(120), Python, arguments);
        Assert.True(exitCode == 0, error + output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Starts the server and gives a channel to it.</summary>
    public async Task<Channel> StartServerAsync(Transport transport, params string[] flags)
    {
        var options = new ChannelOptions();
        string socket = "unix:" + Path.Combine(_directory.FullName, "s");
        string[] arguments = [Path.Combine(_directory.FullName, "echo_server.py"),
            transport == Transport.UnixSocket ? socket : "127.0.0.1:0"];
        if (transport == Transport.Tls)
        {
            _certificate = TestCertificate.Create();
            (string certificatePath, string keyPath) = _certificate.Write(_directory.FullName);
            arguments = [.. arguments, certificatePath, keyPath];
            options = _certificate.Pin(options);
        }

        _server = Command.Start(Python, [.. arguments, .. flags]);
        string port = await ReadLineAsync();
        return Channel.ForAddress(
            transport switch
            {
                Transport.UnixSocket => socket,
                Transport.Tls => $"https://127.0.0.1:{port}",
                _ => $"http://127.0.0.1:{port}",
            },
            options);
    }

    /// <summary>The next line that the server prints.</summary>
    public async Task<string> ReadLineAsync() =>
        await _server!.StandardOutput.ReadLineAsync()
        ?? throw new InvalidOperationException(await _server.StandardError.ReadToEndAsync());

    /// <summary>Ends the server's process without a goodbye.</summary>
    public async Task KillServerAsync()
    {
        _server!.Kill();
        await _server.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            if (!_server.HasExited)
                await KillServerAsync();
            _server.Dispose();
        }

        _certificate?.Dispose();
        _directory.Delete(recursive: true);
    }
}
