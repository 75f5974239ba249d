using System.Diagnostics;
using Hyperplane.Lab;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

/// <summary>The real program: its environment, its exit codes, a real terminal.</summary>
public class ProcessTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "lbctl.dll");

    [Fact]
    public async Task The_program_takes_its_settings_from_the_environment()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones", StubAnswer.List(Sample.Zone));

        (int exitCode, string output, string error) = Run(api, "zone", "list");

        Assert.Equal("NAME  VIP-POOL       SNAT-POOL      PROBE-POOL     MAX-CELLS\n",
            output[..(output.IndexOf('\n', StringComparison.Ordinal) + 1)]);
        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        Assert.Equal($"Bearer {Shell.Key}", api.Requests.Single().Authorization);
    }

    [Theory]
    [InlineData(2, "nlb", "crate")]
    [InlineData(3, "nlb", "get", "ghost")]
    [InlineData(4, "tenant", "create", "taken")]
    [InlineData(1, "cell", "list")]
    [InlineData(5, "zone", "list", "--timeout", "1")]
    public async Task The_program_ends_with_the_code(int expected, params string[] words)
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List())
            .On("POST /v1/tenants", StubAnswer.Problem(409, "name_in_use", "Taken."))
            .On("GET /v1/cells", StubAnswer.Problem(500, "internal", "A bug."))
            .On("GET /v1/zones", StubAnswer.Silence);

        (int exitCode, string output, string error) = Run(api, words);

        Assert.Equal(expected, exitCode);
        Assert.Equal("", output);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_real_terminal_answers_are_coloured_and_through_a_pipe_they_are_not()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs script(1)");
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()));

        (int exitCode, string onTerminal, _) = Run(
            api, "TERM=xterm", "script", "-qec", $"dotnet '{Program}' nlb list", "/dev/null");
        (_, string piped, _) = Run(api, "nlb", "list");

        Assert.Equal(0, exitCode);
        Assert.Contains("\e[32mactive\e[0m", onTerminal, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', piped);
    }

    [Fact]
    public async Task An_interrupt_ends_the_waiting_and_says_so()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer("pending")))
            .On("GET /v1/load-balancers/lb-1", StubAnswer.Silence);
        // Whoever runs the tests in the background has children that ignore interrupts.
        using Process process = Command.Start(
            "env", ["--default-signal=INT", .. Words(api, "create-nlb", "web", "--zones", "a")]);

        string? line = await process.StandardError.ReadLineAsync();
        Command.Run("kill", "-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await process.WaitForExitAsync();

        Assert.Contains("waiting until nlb web (lb-1) is active", line, StringComparison.Ordinal);
        Assert.Equal("error: interrupted; what the API accepted before goes on\n",
            await process.StandardError.ReadToEndAsync());
        Assert.Equal(130, process.ExitCode);
    }

    private static (int ExitCode, string Output, string Error) Run(StubApi api, params string[] words) =>
        Command.Try(TimeSpan.FromSeconds(60), "env", [.. Words(api, words)]);

    /// <summary>Words for <c>env</c>; those that begin with a setting bring their own program.</summary>
    private static IEnumerable<string> Words(StubApi api, params string[] words) =>
    [
        $"HYPERPLANE_ENDPOINT={api.Endpoint}",
        $"HYPERPLANE_KEY={Shell.Key}",
        .. words[0].Contains('=', StringComparison.Ordinal) ? words : ["dotnet", Program, .. words],
    ];
}
