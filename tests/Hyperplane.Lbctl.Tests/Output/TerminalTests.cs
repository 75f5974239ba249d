using Hyperplane.Lbctl.Output;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Output;

/// <summary>Colours and control characters: ours on terminals only, the server's never.</summary>
public class TerminalTests
{
    private const string Evil = """x\u001b]0;owned\u0007\u009b2J\u202e\r\ny""";

    [Fact]
    public async Task Statuses_are_coloured_on_a_terminal()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer(operating: "down")));

        ShellOutcome seen = await new Shell(api) { OutputIsTerminal = true }.RunAsync("nlb list");

        Assert.Contains("\e[32mactive\e[0m  \e[31mdown\e[0m    a=198.18.0.1", seen.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NO_COLOR", "1")]
    [InlineData("TERM", "dumb")]
    public async Task Nothing_is_coloured_where_colours_are_not_wanted(string variable, string value)
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()));

        ShellOutcome seen =
            await new Shell(api) { OutputIsTerminal = true }.With(variable, value).RunAsync("nlb get web");

        Assert.DoesNotContain('\e', seen.All);
        Assert.Contains("active", seen.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("table")]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task Control_characters_of_the_server_never_reach_the_screen(string format)
    {
        await using StubApi api = await StubApi.StartAsync();
        string condition =
            $$"""{"type":"{{Evil}}","status":true,"zone":"{{Evil}}","node":"{{Evil}}","message":"{{Evil}}"}""";
        string evil = Sample.LoadBalancer(name: Evil, conditions: condition)
            .Replace("\"team\"", $"\"{Evil}\"", StringComparison.Ordinal);
        api.On("GET /v1/load-balancers", StubAnswer.List())
            .On("GET /v1/load-balancers/lb-1", StubAnswer.Json(200, evil));

        ShellOutcome seen = await new Shell(api) { OutputIsTerminal = true, ErrorIsTerminal = true }
            .With("NO_COLOR", "1").RunAsync($"nlb get lb-1 -o {format}");

        Assert.Equal(0, seen.ExitCode);
        Assert.Contains("owned", seen.Output, StringComparison.Ordinal);
        AssertHarmless(seen.All);
    }

    [Fact]
    public async Task Control_characters_in_errors_never_reach_the_screen()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.Problem(
            500, Evil, Evil, $$"""[{"pointer":"{{Evil}}","code":"{{Evil}}","message":"{{Evil}}"}]"""));

        ShellOutcome seen = await new Shell(api) { ErrorIsTerminal = true }.RunAsync("nlb list --debug");

        Assert.Equal(1, seen.ExitCode);
        Assert.Contains("owned", seen.Error, StringComparison.Ordinal);
        AssertHarmless(seen.All);
    }

    [Fact]
    public async Task Control_characters_in_arguments_never_reach_the_screen()
    {
        ShellOutcome seen = await new Shell { ErrorIsTerminal = true }.RunWordsAsync("nlb", "\e[2J");

        Assert.Equal(2, seen.ExitCode);
        AssertHarmless(seen.All);
    }

    [Fact]
    public void Whatever_the_text_only_printable_characters_remain_and_printable_text_is_untouched()
    {
        for (int seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            string text = new([.. Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(0x10000))]);
            string safe = TerminalText.Harmless(text);
            Assert.True(IsHarmless(safe), $"seed {seed}");
            Assert.True(safe == TerminalText.Harmless(safe), $"seed {seed}: not stable");
        }

        Assert.Equal("naïve 漢字 🎈", TerminalText.Harmless("naïve 漢字 🎈"));
        Assert.Equal("a\\u001b[0m\\u000ab", TerminalText.Harmless("a\e[0m\nb"));
    }

    private static void AssertHarmless(string text) =>
        Assert.True(IsHarmless(text.Replace("\n", "", StringComparison.Ordinal)), text);

    private static bool IsHarmless(string text)
    {
        for (int index = 0; index < text.Length; index++)
        {
            bool isPair = char.IsSurrogatePair(text, index < text.Length - 1 ? index : Math.Max(0, index - 1))
                && index < text.Length - 1;
            if (isPair)
            {
                index++;
                continue;
            }

            if (char.IsControl(text[index]) || char.IsSurrogate(text[index])
                || text[index] is '\u202e' or '\u2028' or '\u200b')
                return false;
        }

        return true;
    }
}
