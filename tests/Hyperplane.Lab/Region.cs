using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Hyperplane.Lab;

/// <summary>A running lab region of its own (see infra/lab), with a tenant; gone when disposed.</summary>
public sealed class Region : IDisposable
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    private Region(string name) => _environment["HYPERPLANE_LAB"] = name;

    /// <summary>The checkout's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The lab's folder in the checkout: env, state.</summary>
    public string Folder => Path.Combine(Root, "." + _environment["HYPERPLANE_LAB"]);

    /// <summary>What <c>infra/demo</c> and lbctl need in their environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => _environment;

    /// <summary>Starts the region and makes a tenant with a key; replaces one of the same name that a crashed run
    /// left.</summary>
    /// <param name="name">Starts with "lab"; names the lab among those of this checkout.</param>
    /// <param name="nodes">Nodes a zone.</param>
    /// <param name="progress">Gets the lines that <c>infra/lab up</c> prints.</param>
    /// <param name="options">More words for <c>infra/lab up</c>: --router, --bfd, …</param>
    public static Region Up(
        string name, int nodes = 3, Action<string>? progress = null, IReadOnlyList<string>? options = null)
    {
        var region = new Region(name);
        try
        {
            string printed = region.Run(
                TimeSpan.FromMinutes(3), LabPath, ["up", "--nodes", $"{nodes}", .. options ?? []]);
            progress?.Invoke(printed);
            foreach (string line in File.ReadLines(Path.Combine(region.Folder, "env")))
            {
                string[] pair = line.Replace("export ", "", StringComparison.Ordinal).Split('=', 2);
                region._environment[pair[0]] = pair[1];
            }

            region.Operator("tenant", "create", "test");
            using JsonDocument key = JsonDocument.Parse(region.Operator("key", "create", "test", "key", "-o", "json"));
            region._environment["HYPERPLANE_KEY"] = key.RootElement.GetProperty("secret").GetString()!;
            return region;
        }
        catch
        {
            region.Dispose();
            throw;
        }
    }

    /// <summary><c>lbctl</c> as the tenant; throws with both outputs when it fails.</summary>
    public string Lbctl(params string[] arguments) => Run(TimeSpan.FromMinutes(2), LbctlPath, arguments);

    /// <summary><c>lbctl … -o json</c> as the tenant, parsed.</summary>
    public JsonElement LbctlJson(params string[] arguments)
    {
        using JsonDocument document = JsonDocument.Parse(Lbctl([.. arguments, "-o", "json"]));
        return document.RootElement.Clone();
    }

    /// <summary><c>lbctl</c> as the tenant, with its exit code.</summary>
    public (int ExitCode, string Output, string Error) TryLbctl(params string[] arguments) =>
        Try(TimeSpan.FromMinutes(2), LbctlPath, arguments);

    /// <summary><c>lbctl</c> as the operator.</summary>
    public string Operator(params string[] arguments) =>
        Run(TimeSpan.FromMinutes(2), LbctlPath, [.. arguments, "--key", _environment["HYPERPLANE_OPERATOR_KEY"]]);

    /// <summary>A client of the API that trusts the lab's authority and has the tenant's key.</summary>
    public HttpClient OpenHttp()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(_environment["HYPERPLANE_CA_FILE"]);
        var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri(_environment["HYPERPLANE_ENDPOINT"]),
            DefaultRequestHeaders =
            {
                Authorization = new AuthenticationHeaderValue("Bearer", _environment["HYPERPLANE_KEY"]),
            },
        };
    }

    /// <summary>Runs a program on a lab host to its end.</summary>
    public string Exec(string host, params string[] command) =>
        Run(TimeSpan.FromMinutes(2), LabPath, ["exec", host, "--", .. command]);

    /// <summary>The same, with its exit code.</summary>
    public (int ExitCode, string Output, string Error) TryExec(string host, params string[] command) =>
        Try(TimeSpan.FromMinutes(2), LabPath, ["exec", host, "--", .. command]);

    /// <summary>Starts a program on a lab host; the caller ends it.</summary>
    public Process Start(string host, params string[] command) =>
        StartProcess(LabPath, ["exec", host, "--", .. command]);

    /// <summary><c>infra/lab VERB NAME</c>: stop or start a process of the lab.</summary>
    public void Lab(string verb, string name) => Run(TimeSpan.FromMinutes(1), LabPath, verb, name);

    /// <summary><c>infra/lab fault KIND NODE</c>: kill, freeze, thaw, unplug, plug.</summary>
    public void Fault(string kind, string node) => Run(TimeSpan.FromMinutes(1), LabPath, "fault", kind, node);

    /// <summary>Waits until a condition holds; throws after <paramref name="seconds"/> with what was waited
    /// for.</summary>
    public static async Task Until(string what, Func<bool> condition, int seconds = 30)
    {
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed.TotalSeconds > seconds)
                throw new TimeoutException($"waited {seconds} s in vain: {what}");
            await poll.WaitForNextTickAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Run(TimeSpan.FromMinutes(1), LabPath, "down");

    private static string LabPath => Path.Combine(Root, "infra/lab");

    private static string LbctlPath => Path.Combine(Root, "artifacts/bin/lbctl");

    private string Run(TimeSpan timeout, string file, params string[] arguments)
    {
        (int exitCode, string output, string error) = Try(timeout, file, arguments);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"{Path.GetFileName(file)} {string.Join(' ', arguments.TakeWhile(a => a != "--key"))}: "
                + $"exit {exitCode}\n{error}{output}");
    }

    private (int ExitCode, string Output, string Error) Try(TimeSpan timeout, string file, params string[] arguments) =>
        Command.Finish(StartProcess(file, arguments), timeout);

    private Process StartProcess(string file, string[] arguments)
    {
        ProcessStartInfo info = Command.Describe(file, arguments);
        foreach ((string name, string value) in _environment)
            info.Environment[name] = value;
        return Process.Start(info) ?? throw new InvalidOperationException($"{file} did not start");
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Hyperplane.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Hyperplane.sln is not above the program's folder");
    }
}
