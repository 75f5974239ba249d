using System.Globalization;

namespace Hyperplane.Lab;

/// <summary>
/// A private PostgreSQL for a test run: Debian's binaries, a folder of its own, a unix socket and nothing else.
/// </summary>
/// <remarks>Runs as user postgres, so it needs root; durability is off, but for one that is to be killed: what that one
/// committed is in the page cache, which outlives its processes. A crashed run's cluster is ended by the next
/// run.</remarks>
public sealed class PostgresCluster : IDisposable
{
    /// <summary>What a test that is skipped for want of a cluster says.</summary>
    public const string Reason = "needs root and PostgreSQL's server binaries: it runs a private cluster";

    private const string Prefix = "hppg-";
    private const string BinariesRoot = "/usr/lib/postgresql";
    private const int MaxSocketPathBytes = 107;
    private static int _count;
    private readonly string _folder;
    private readonly string _binaries;
    private readonly string _settings;
    private int _databases;

    private PostgresCluster(string folder, string binaries, string settings)
    {
        _folder = folder;
        _binaries = binaries;
        _settings = settings;
    }

    /// <summary>True when a cluster can be made here.</summary>
    public static bool Met => RootOnly.Met && Binaries() is not null;

    private string Data => Path.Combine(_folder, "data");

    /// <summary>The folder of the socket: the host of a connection string.</summary>
    public string SocketFolder => _folder;

    /// <summary>Makes a cluster and waits until it answers.</summary>
    /// <param name="buffers">PostgreSQL's shared_buffers.</param>
    /// <param name="crashSafe">Whether it loses nothing when <see cref="Kill"/> ends it.</param>
    public static PostgresCluster Create(string buffers = "64MB", bool crashSafe = false)
    {
        string binaries = Binaries() ?? throw new InvalidOperationException(Reason);
        int number = Interlocked.Increment(ref _count);
        if (number == 1)
            SweepDeadRuns(binaries);
        string folder = Path.Combine(
            Path.GetTempPath(),
            string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{number}"));
        if (Path.Combine(folder, ".s.PGSQL.5432").Length > MaxSocketPathBytes)
            throw new InvalidOperationException($"{folder} is too long for a unix socket");
        Command.Run("install", "-d", "-m", "0755", "-o", "postgres", "-g", "postgres", folder);
        string kept = crashSafe ? "on" : "off";
        string settings =
            $"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c full_page_writes={kept} "
            + $"-c synchronous_commit={kept} -c max_connections=300 -c max_wal_size=2GB "
            + $"-c shared_buffers={buffers}";
        var cluster = new PostgresCluster(folder, binaries, settings);
        try
        {
            cluster.AsPostgres(
                "initdb", "-U", "hp", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
            cluster.Start();
        }
        catch
        {
            cluster.Dispose();
            throw;
        }

        return cluster;
    }

    /// <summary>
    /// Makes an empty database, or a copy of <paramref name="template"/>'s, and gives the connection string of a
    /// superuser.
    /// </summary>
    public string CreateDatabase(string? template = null)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        string[] copy = template is null ? [] : ["-T", DatabaseOf(template)];
        Command.Run(Path.Combine(_binaries, "createdb"), ["-h", _folder, "-U", "hp", .. copy, name]);
        return $"Host={_folder};Username=hp;Database={name}";
    }

    /// <summary>Runs statements as the superuser and gives what psql prints.</summary>
    /// <param name="connection">As <see cref="CreateDatabase"/> gave it.</param>
    /// <param name="sql">One or more statements; psql's own commands are allowed.</param>
    /// <param name="timeout">When it is killed.</param>
    public string Query(string connection, string sql, TimeSpan timeout)
    {
        (int exitCode, string output, string error) = Command.Try(
            timeout,
            Path.Combine(_binaries, "psql"),
            "-h", _folder, "-U", "hp", "-d", DatabaseOf(connection), "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql);
        return exitCode == 0 ? output : throw new InvalidOperationException($"psql: exit {exitCode}\n{error}");
    }

    /// <summary>Starts it, also after it was killed; it answers then.</summary>
    public void Start() => AsPostgres("pg_ctl", "-l", Path.Combine(_folder, "log"), "-o", _settings, "-w", "start");

    /// <summary>Kills all its processes (SIGKILL), as when the memory is full.</summary>
    public void Kill()
    {
        Pause();
        string[] processes = [.. Processes()];
        Command.Try(TimeSpan.FromSeconds(10), "kill", ["-KILL", .. processes]);
        if (!SpinWait.SpinUntil(() => !Array.Exists(processes, IsRunning), TimeSpan.FromSeconds(10)))
            throw new InvalidOperationException("PostgreSQL's processes outlive SIGKILL");
    }

    /// <summary>Stops all its processes where they are (SIGSTOP): connections stay, and nothing answers.</summary>
    public void Pause()
    {
        // The postmaster first: it starts nobody any more.
        Command.Run("kill", "-STOP", Processes().First());
        Command.Try(TimeSpan.FromSeconds(10), "kill", ["-STOP", .. Processes()]);
    }

    /// <summary>Lets them go on.</summary>
    public void Resume() => Command.Try(TimeSpan.FromSeconds(10), "kill", ["-CONT", .. Processes()]);

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop(_binaries, _folder);
        Directory.Delete(_folder, recursive: true);
    }

    private IEnumerable<string> Processes()
    {
        string postmaster = File.ReadLines(Path.Combine(Data, "postmaster.pid")).First();
        string children = File.ReadAllText($"/proc/{postmaster}/task/{postmaster}/children");
        return [postmaster, .. children.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }

    private void AsPostgres(string program, params string[] arguments) => Command.Run(
        "setpriv",
        ["--reuid=postgres", "--regid=postgres", "--init-groups", Path.Combine(_binaries, program), "-D", Data,
            .. arguments]);

    private static void Stop(string binaries, string folder)
    {
        string data = Path.Combine(folder, "data");
        if (!File.Exists(Path.Combine(data, "postmaster.pid")))
            return;
        Command.Try(
            TimeSpan.FromSeconds(30),
            "setpriv",
            ["--reuid=postgres", "--regid=postgres", "--init-groups", Path.Combine(
                binaries, "pg_ctl"), "-D", data, "-m", "immediate", "stop"]);
    }

    /// <summary>A zombie holds nothing any more.</summary>
    private static bool IsRunning(string process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].StartsWith(" Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string? Binaries() =>
        !Directory.Exists(BinariesRoot)
            ? null
            : Directory.GetDirectories(BinariesRoot)
                .Select(version => Path.Combine(version, "bin"))
                .Where(folder => File.Exists(Path.Combine(folder, "initdb")))
                .Order(StringComparer.Ordinal)
                .LastOrDefault();

    private static string DatabaseOf(string connection) =>
        connection.Split(
            ';').Single(part => part.StartsWith("Database=", StringComparison.Ordinal))["Database=".Length..];

    private static void SweepDeadRuns(string binaries)
    {
        foreach (string folder in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            string owner = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (!int.TryParse(owner, CultureInfo.InvariantCulture, out int pid) || Directory.Exists($"/proc/{pid}"))
                continue;
            try
            {
                Stop(binaries, folder);
                Directory.Delete(folder, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Another run sweeps at the same time.
            }
        }
    }
}
