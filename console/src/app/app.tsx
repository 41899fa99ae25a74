import { localStorageColorSchemeManager, MantineProvider, mergeThemeOverrides, Notification } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import i18next from 'i18next';

import { queryClient } from './query-client.ts';
import { router } from './router.tsx';
import { cssVariables, theme } from './theme.ts';

const colorSchemeManager = localStorageColorSchemeManager({ key: 'tidegate-color-scheme' });

/** What of the theme is words, and so can only be made once the texts are there. */
const named = () =>
  mergeThemeOverrides(theme, {
    components: {
      Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': i18next.t('close') } } }),
    },
  });

export const App = () => (
  <MantineProvider
    theme={named()}
    cssVariablesResolver={cssVariables}
    colorSchemeManager={colorSchemeManager}
    defaultColorScheme="auto"
  >
    <QueryClientProvider client={queryClient}>
      <Notifications position="bottom-right" autoClose={5_000} limit={4} />
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>
);
