import { AppShell, Badge, Burger, Button, Group, NavLink, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useApi } from "../api-context.ts";
import { Icon } from "./icon.tsx";
import { Logo } from "./logo.tsx";
import { screens } from "./screens.tsx";
import { hashOf, useHashRoute } from "./use-hash-route.ts";

export function ConsoleShell({ onLeave }: { onLeave: () => void }) {
  const api = useApi();
  const shop = useQuery({ queryKey: ["shop"], queryFn: ({ signal }) => api.shop(signal) });
  const [menuOpen, menu] = useDisclosure(false);
  const [path, id] = useHashRoute();
  const screen = screens.find((one) => one.path === path) ?? screens[0];
  const main = useRef<HTMLElement>(null);
  const lastPath = useRef<string>(screen.path);

  useEffect(() => {
    document.title = `${screen.label} – Rapport`;
    if (lastPath.current === screen.path) return;
    lastPath.current = screen.path;
    // Keyboard and screen reader start at the top of the new screen, as after a page load.
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [screen]);

  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: !menuOpen } }} padding={{ base: "md", md: "xl" }}>
      <AppShell.Header px="md">
        <Button className="skip-button" onClick={() => main.current?.focus()}>
          Skip to the content
        </Button>
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={menuOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label={menuOpen ? "Close the menu" : "Open the menu"} />
            <Logo />
          </Group>
          <Group gap="xs" wrap="nowrap" miw={0}>
            {shop.data?.demo ? <Badge variant="light">demo data</Badge> : null}
            <Text size="sm" fw={600} truncate>
              {shop.data?.shop ?? ""}
            </Text>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" component="nav" aria-label="Screens">
        <AppShell.Section grow>
          {screens.map((one) => (
            <NavLink
              key={one.path}
              href={hashOf(one.path)}
              label={one.label}
              leftSection={<Icon name={one.path} />}
              active={one === screen}
              aria-current={one === screen ? "page" : undefined}
              onClick={menu.close}
              mb={2}
              style={{ borderRadius: "var(--mantine-radius-md)" }}
            />
          ))}
        </AppShell.Section>
        <AppShell.Section>
          <Button
            variant="subtle"
            color="gray"
            fullWidth
            justify="start"
            size="compact-sm"
            onClick={onLeave}
            title="Forget the server key in this browser tab"
          >
            Leave (forget the key)
          </Button>
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main ref={main} tabIndex={-1} className="console-main">
        {screen.show(id ?? null)}
      </AppShell.Main>
    </AppShell>
  );
}
