using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Hyperplane.Decap.Hooks;

namespace Hyperplane.Decap.Commands;

/// <summary><c>hpdecap install …</c></summary>
internal sealed class InstallCommand
{
    private const int MaxVni = (1 << 24) - 1;
    private const string VxlanPort = "4789";

    private readonly Option<string> _interface = new("--interface")
    {
        Description = "Where tunnelled packets come in", HelpName = "IF", Required = true,
    };

    private readonly Option<IPAddress[]> _tunnelAddress = Many<IPAddress>(
        "--tunnel-address", "A", "This machine's address that the load balancer sends to; may be given again",
        ReadAddress, required: true);

    private readonly Option<IPNetwork[]> _from = Many<IPNetwork>(
        "--from", "PREFIX", "Who may send through a tunnel: the load balancer's nodes; may be given again",
        ReadPrefix, required: true);

    private readonly Option<IPNetwork[]> _vip = Many<IPNetwork>(
        "--vip", "PREFIX", "Where packets inside may go; anywhere without; may be given again", ReadPrefix);

    private readonly Option<int?> _guePort = Number("--gue-port", 1, 65_535, "UDP port of GUE; 6080 without");

    private readonly Option<int?> _vni = Number(
        "--vni", 0, MaxVni, "The one VXLAN network that is taken; each without");

    private readonly Option<HookKind> _hook = new("--hook")
    {
        Description = "tc (any driver; so without) or xdp (in the driver, before segments are merged)",
        HelpName = "tc|xdp",
        CustomParser = ParseHook,
    };

    /// <summary>With its options; its action is set by the caller.</summary>
    public Command Command { get; }

    /// <summary>Makes the options.</summary>
    public InstallCommand()
    {
        Command = new Command("install", "Put it on an interface, in place of an older one without a gap")
        {
            _interface, _tunnelAddress, _from, _vip, _guePort, _vni, _hook,
        };
        Command.Validators.Add(result =>
        {
            if (result.GetResult(_guePort)?.Tokens is [{ Value: var port }] && port == VxlanPort)
                result.AddError($"--gue-port cannot be {VxlanPort}, VXLAN's.");
        });
    }

    /// <summary>What was said.</summary>
    public DecapSettings Read(ParseResult parse) => new()
    {
        Interface = parse.GetRequiredValue(_interface),
        TunnelAddresses = [.. parse.GetRequiredValue(_tunnelAddress).Distinct()],
        Sources = [.. parse.GetRequiredValue(_from).Distinct()],
        Vips = [.. (parse.GetValue(_vip) ?? []).Distinct()],
        GuePort = parse.GetValue(_guePort) ?? DecapSettings.DefaultGuePort,
        Vni = parse.GetValue(_vni),
        Hook = parse.GetValue(_hook),
    };

    private static Option<int?> Number(string name, int min, int max, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = argument =>
        {
            string text = argument.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && number >= min && number <= max)
                return number;
            argument.AddError($"{name} must be a whole number from {min} to {max}, not '{text}'.");
            return null;
        },
    };

    private delegate bool Reader<T>(string text, out T value);

    private static Option<T[]> Many<T>(
        string name, string helpName, string description, Reader<T> read, bool required = false) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Required = required,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = argument =>
        {
            var values = new List<T>();
            foreach (string text in argument.Tokens.Select(static token => token.Value))
            {
                if (read(text, out T value))
                    values.Add(value);
                else
                    argument.AddError($"{name} does not take '{text}': an address, or a prefix without host bits.");
            }

            if (values.Count > DecapSettings.MaxPrefixes)
                argument.AddError($"{name} takes {DecapSettings.MaxPrefixes} at most.");
            return [.. values];
        },
    };

    private static HookKind ParseHook(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (text == "xdp")
            return HookKind.Xdp;
        if (text != "tc")
            argument.AddError($"--hook must be tc or xdp, not '{text}'.");
        return HookKind.Tc;
    }

    private static bool ReadPrefix(string text, out IPNetwork network)
    {
        // IPNetwork would cut host bits off: 203.0.113.10/24 is rather a mistake.
        if (IPNetwork.TryParse(text, out network))
            return IPAddress.Parse(text.Split('/')[0]).Equals(network.BaseAddress);
        if (!ReadAddress(text, out IPAddress address))
            return false;
        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }

    // IPAddress alone takes "1" and "::1%eth0" too.
    private static bool ReadAddress(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!)
        && (text.Contains(':', StringComparison.Ordinal) ? address.ScopeId == 0 : text.Count(one => one == '.') == 3);
}
