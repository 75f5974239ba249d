using System.CommandLine;
using System.Text.Json;
using Hyperplane.Client;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.Contexts;

/// <summary><c>lbctl context …</c></summary>
internal static class ContextCommands
{
    private const int MaxNameLength = 64;

    /// <summary>The noun with its verbs; none of them asks the API.</summary>
    public static Noun Build() => new("context", "contexts", "Regions by name: where each is and the key that opens it")
    {
        Create(), Use(), List(), Get(), Delete(),
    };

    private static LocalVerb Create()
    {
        Argument<string> name = Name();
        return new LocalVerb(
            "create",
            "Save --endpoint, --key and --ca-file (or their variables) under a name, and use it from now on; a key "
                + "that is not said is read from standard input. Again: changes it",
            "context create prod --endpoint https://hyperplane.example:8443",
            (local, parse) =>
            {
                string called = parse.GetRequiredValue(name);
                SavedContext saved = Said(local);
                SavedContexts all = local.Contexts.Read();
                all.Contexts[called] = saved;
                if (all.Contexts.Count > ContextFile.MaxContexts)
                    throw new CommandFailure(ExitCode.Usage, $"there are {ContextFile.MaxContexts} contexts already");
                local.Contexts.Write(all with { Current = called });
                local.Print.Row(Context.Kind, Shown(called, saved, isCurrent: true));
            })
        {
            name,
        };
    }

    private static LocalVerb Use()
    {
        Argument<string> name = Name();
        return new LocalVerb(
            "use",
            "Use it in commands that do not name another",
            "context use prod",
            (local, parse) =>
            {
                (SavedContexts all, string called, SavedContext found) = Find(local, parse.GetRequiredValue(name));
                local.Contexts.Write(all with { Current = called });
                local.Print.Row(Context.Kind, Shown(called, found, isCurrent: true));
            })
        {
            name,
        };
    }

    private static LocalVerb List() => new LocalVerb("list", "List them", "context list", (local, _) =>
    {
        SavedContexts all = local.Contexts.Read();
        local.Print.List(
            Context.Kind,
            [
                .. all.Contexts.OrderBy(one => one.Key, StringComparer.Ordinal)
                    .Select(one => Shown(one.Key, one.Value, one.Key == all.Current)),
            ]);
    });

    private static LocalVerb Get()
    {
        var name = new Argument<string?>("name")
        {
            Description = "Its name; the current one unless it is said",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return new LocalVerb("get", "Show one", "context get prod", (local, parse) =>
        {
            string? asked = parse.GetValue(name) ?? local.Contexts.Read().Current;
            if (asked is null)
                throw new CommandFailure(
                    ExitCode.NotFound, "no context is used", ["choose one: lbctl context use NAME"]);
            (SavedContexts all, string called, SavedContext found) = Find(local, asked);
            local.Print.Row(Context.Kind, Shown(called, found, called == all.Current));
        })
        {
            name,
        };
    }

    private static LocalVerb Delete()
    {
        Argument<string> name = Name();
        return new LocalVerb("delete", "Forget it, and its key", "context delete prod", (local, parse) =>
        {
            (SavedContexts all, string called, SavedContext found) = Find(local, parse.GetRequiredValue(name));
            all.Contexts.Remove(called);
            local.Contexts.Write(all.Current == called ? all with { Current = null } : all);
            local.Print.Done($"context {called} deleted", Shown(called, found, isCurrent: false).Json);
        })
        {
            name,
        };
    }

    private static Argument<string> Name() => new("name")
    {
        Description = "Its name",
        CustomParser = static argument =>
        {
            string text = argument.Tokens[0].Value;
            if (text.Length is 0 or > MaxNameLength
                || text.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
                argument.AddError($"A context's name has 1 to {MaxNameLength} of A-Z, a-z, 0-9, '-', '_' and '.'.");
            return text;
        },
    };

    private static SavedContext Said(LocalSession local)
    {
        SaidAccess said = local.Said;
        if (said.Endpoint is null)
            throw new CommandFailure(
                ExitCode.Usage,
                $"the API's address is not known: give --endpoint URL or set {GlobalOptions.EndpointVariable}");
        string key = said.Key ?? local.Io.ReadSecret("API key: ")
            ?? throw new CommandFailure(
                ExitCode.Usage, $"there is no API key: set {GlobalOptions.KeyVariable}, or write it to standard input");
        var saved = new SavedContext(
            said.Endpoint, key, said.CaFile is null ? null : Path.GetFullPath(said.CaFile));
        GlobalOptions.Access(new SaidAccess(saved.Endpoint, saved.Key, saved.CaFile));
        return saved;
    }

    private static (SavedContexts All, string Name, SavedContext Found) Find(LocalSession local, string name)
    {
        SavedContexts all = local.Contexts.Read();
        return all.Contexts.TryGetValue(name, out SavedContext? found)
            ? (all, name, found)
            : throw new CommandFailure(
                ExitCode.NotFound, $"there is no context '{name}'", ["lbctl context list shows those that there are"]);
    }

    private static Resource<Context> Shown(string name, SavedContext saved, bool isCurrent)
    {
        var shown = new Context(name, saved.Endpoint, saved.CaFile, isCurrent);
        return new Resource<Context>(shown, JsonSerializer.SerializeToElement(shown, WireJson.Default.Context));
    }
}
