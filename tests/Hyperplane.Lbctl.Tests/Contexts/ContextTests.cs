using System.Runtime.Versioning;
using Hyperplane.Lbctl.Contexts;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Contexts;

/// <summary>A context says where the API is and what opens it, and its key goes nowhere else.</summary>
[SupportedOSPlatform("linux")]
public sealed class ContextTests : IDisposable
{
    private const string SavedKey = "hpk_saved-in-a-context";

    private readonly string _folder = Directory.CreateTempSubdirectory("lbctl-contexts-").FullName;

    private string File => Path.Combine(_folder, "below", "contexts.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_saved_is_used_and_shown_without_its_key()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones", StubAnswer.List(Sample.Zone));

        ShellOutcome created = await Bare(SavedKey + "\n").RunAsync($"context create prod --endpoint {api.Endpoint}");
        ShellOutcome used = await Bare().RunAsync("zone list --debug");
        ShellOutcome listed = await Bare().RunAsync("context list -o json");

        Assert.Equal(
            $"CURRENT  NAME  ENDPOINT{new string(' ', api.Endpoint.Length - 8)}  CA-FILE\n"
                + $"*        prod  {api.Endpoint}  -\n",
            created.Output);
        Assert.Equal((0, 0, 0), (created.ExitCode, used.ExitCode, listed.ExitCode));
        Assert.Equal($"Bearer {SavedKey}", api.Requests.Single().Authorization);
        Assert.DoesNotContain(SavedKey, created.All + used.All + listed.All, StringComparison.Ordinal);
        Assert.Contains("\"current\": true", listed.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(File)!));
    }

    [Fact]
    public async Task A_key_in_a_context_is_not_printed_when_the_API_tells_it()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones", StubAnswer.Problem(403, "forbidden", $"The key {SavedKey} may not."));
        await SaveAsync("prod", api);

        ShellOutcome outcome = await Bare().RunAsync("zone list");

        Assert.Equal("error: The key [key] may not. (forbidden)\n  request id: req-7\n", outcome.Error);
    }

    [Fact]
    public async Task The_option_wins_over_the_environment_and_that_over_the_current_one()
    {
        await using StubApi prod = await StubApi.StartAsync();
        await using StubApi lab = await StubApi.StartAsync();
        await using StubApi said = await StubApi.StartAsync();
        foreach (StubApi api in new[] { prod, lab, said })
            api.On("GET /v1/zones", StubAnswer.List());
        await SaveAsync("lab", lab);
        await SaveAsync("prod", prod);

        await Bare().RunAsync("zone list");
        Assert.Equal((1, 0, 0), (prod.Requests.Count, lab.Requests.Count, said.Requests.Count));
        await Bare().With("HYPERPLANE_CONTEXT", "lab").RunAsync("zone list");
        Assert.Equal((1, 1, 0), (prod.Requests.Count, lab.Requests.Count, said.Requests.Count));
        await In(new Shell(said)).RunAsync("zone list");
        Assert.Equal((1, 1, 1), (prod.Requests.Count, lab.Requests.Count, said.Requests.Count));
        Assert.Equal($"Bearer {Shell.Key}", said.Requests[0].Authorization);
        await In(new Shell(said)).RunAsync("zone list --context lab");
        Assert.Equal((1, 2, 1), (prod.Requests.Count, lab.Requests.Count, said.Requests.Count));
        Assert.Equal($"Bearer {SavedKey}", lab.Requests[1].Authorization);
        await Bare().RunAsync("zone list --context lab --key other-key");
        Assert.Equal("Bearer other-key", lab.Requests[2].Authorization);
    }

    [Fact]
    public async Task A_contexts_key_does_not_go_to_another_address()
    {
        await using StubApi prod = await StubApi.StartAsync();
        await using StubApi said = await StubApi.StartAsync();
        await SaveAsync("prod", prod);

        ShellOutcome option = await Bare().RunAsync($"zone list --endpoint {said.Endpoint}");
        ShellOutcome variable = await Bare().With("HYPERPLANE_ENDPOINT", said.Endpoint).RunAsync("zone list");
        ShellOutcome both = await Bare().RunAsync($"zone list --endpoint {said.Endpoint} --context prod");

        Assert.Equal((2, 2, 2), (option.ExitCode, variable.ExitCode, both.ExitCode));
        Assert.Contains("there is no API key", option.Error, StringComparison.Ordinal);
        Assert.Contains("give one of them", both.Error, StringComparison.Ordinal);
        Assert.Empty(said.Requests);
    }

    [Fact]
    public async Task They_are_chosen_changed_and_forgotten()
    {
        await using StubApi api = await StubApi.StartAsync();
        await SaveAsync("a", api);
        await SaveAsync("b", api);

        Assert.Equal("b\n", (await Bare().RunAsync("context get -o name")).Output);
        Assert.Equal(0, (await Bare().RunAsync("context use a")).ExitCode);
        Assert.Equal("a\n", (await Bare().RunAsync("context get -o name")).Output);
        Assert.Equal("context a deleted\n", (await Bare().RunAsync("context delete a")).Output);
        ShellOutcome none = await Bare().RunAsync("context get");
        Assert.Equal(
            (3, "error: no context is used\n  choose one: lbctl context use NAME\n"), (none.ExitCode, none.Error));
        Assert.Equal("b\n", (await Bare().RunAsync("list-contexts -o name")).Output);
        Assert.DoesNotContain("\"a\"", await System.IO.File.ReadAllTextAsync(File), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("context use nowhere", 3, "there is no context 'nowhere'")]
    [InlineData("context delete nowhere", 3, "there is no context 'nowhere'")]
    [InlineData("zone list --context nowhere", 2, "there is no context 'nowhere'")]
    [InlineData("zone list", 2, "the API's address is not known")]
    [InlineData("context create x --key 123456", 2, "the API's address is not known")]
    [InlineData("context create x --endpoint http://h", 2, "there is no API key")]
    [InlineData("context create x --endpoint h:1 --key 123456", 2, "is not an address of the API")]
    [InlineData("context create x --endpoint http://h --key 123456 --ca-file /nowhere", 2, "/nowhere cannot be read")]
    [InlineData("context create a/b --endpoint http://h --key 123456", 2, "A context's name has 1 to 64")]
    public async Task What_is_wrong_is_told(string line, int exitCode, string message)
    {
        ShellOutcome outcome = await Bare().RunAsync(line);

        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("[1,2]")]
    [InlineData("{\"current\":1}")]
    [InlineData("{\"contexts\":{\"a\":null}}")]
    [InlineData("{\"contexts\":{\"a\":{\"endpoint\":null,\"key\":\"k\"}}}")]
    public async Task A_file_of_something_else_is_told_and_left_alone(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, text);
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        ShellOutcome outcome = await Bare().RunAsync("context create x --endpoint http://h --key 123456");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains($"the contexts in {File} cannot be used", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(text, await System.IO.File.ReadAllTextAsync(File));
    }

    [Fact]
    public async Task A_file_that_others_can_read_is_refused()
    {
        await using StubApi api = await StubApi.StartAsync();
        await SaveAsync("prod", api);
        System.IO.File.SetUnixFileMode(
            File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        ShellOutcome outcome = await Bare().RunAsync("zone list");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains($"  chmod 600 {File}\n", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }

    [Fact]
    public void Without_a_variable_it_is_where_the_XDG_specification_says()
    {
        Assert.Equal(
            "/x/hyperplane/contexts.json", ContextFile.Of(Io("XDG_CONFIG_HOME", "/x")).Path);
        Assert.Equal("/h/.config/hyperplane/contexts.json", ContextFile.Of(Io("HOME", "/h")).Path);
    }

    private static CommandIo Io(string variable, string value) =>
        new Shell().With(variable, value).Io(TextWriter.Null, TextWriter.Null);

    /// <summary>A shell that knows no address and no key but those of the contexts.</summary>
    private Shell Bare(string input = "") => In(new Shell { Input = input.TrimEnd() }).With("HYPERPLANE_KEY", null);

    private Shell In(Shell shell) => shell.With("HYPERPLANE_CONFIG", File);

    private async Task SaveAsync(string name, StubApi api) => Assert.Equal(
        0, (await Bare().RunAsync($"context create {name} --endpoint {api.Endpoint} --key {SavedKey}")).ExitCode);
}
